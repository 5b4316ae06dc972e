// The parts of a message whose content is an array: texts, and links to pictures and files.
#pragma once

#include "openai/chat_request.hpp"
#include "openai/ignored_fields.hpp"

#include <boost/json/array.hpp>
#include <boost/json/string.hpp>

#include <string>
#include <vector>

namespace lmbridge::openai {

struct Content {
  /// The text parts, joined by a blank line.
  std::string text;
  std::vector<ChatAttachment> attachments;
};

/// Moves the strings out of `parts`, which stand at `path` of the request. Fails with
/// invalid_request and the path of the part that is wrong.
Result<Content> parse_parts(boost::json::array& parts, const std::string& path,
                            const RequestLimits& limits, IgnoredFields& ignored);

/// The string's text; its memory is freed, so that a large one is not kept twice.
std::string take(boost::json::string& string);

}  // namespace lmbridge::openai
