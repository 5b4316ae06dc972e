// Markdown that lmbridge writes itself.
#pragma once

#include <string>
#include <string_view>

namespace lmbridge::openai {

/// `url` as it can stand between the parentheses of a link: what would end it is percent-encoded.
std::string link_target(std::string_view url);

}  // namespace lmbridge::openai
