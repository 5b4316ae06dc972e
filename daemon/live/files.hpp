// The page in which a person looks and acts: its files, which are part of the program.
#pragma once

#include "http/message.hpp"

#include <optional>
#include <string_view>

namespace lmbridge::live {

/// The file at `path`, e.g. "/live/", with headers that let nothing foreign into it and nobody
/// frame it; nothing where there is none.
std::optional<http::Response> find_file(std::string_view path);

}  // namespace lmbridge::live
