// Changes of the configuration files that are refused, or written and taken up.
#pragma once

#include "control/context.hpp"
#include "settings/jsonc.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/json/object.hpp>

#include <filesystem>
#include <functional>
#include <string>
#include <string_view>

namespace lmbridge::control {

/// The text that a file shall hold, from the one that it holds. The tree is that of the text.
using Editor =
    std::function<Result<std::string>(std::string_view text, const settings::JsoncNode& root)>;

/// Edits `file`, one of those of the configuration, and takes it up: {"file", "changed",
/// "at_next_start", "warnings"}. Errors: those of `edit`, and invalid_configuration when what it
/// makes can't be put in force; then nothing has changed.
boost::asio::awaitable<Result<boost::json::object>> change_file(const Context& context,
                                                                std::filesystem::path file,
                                                                Editor edit);

/// "the configuration has 2 errors, ...", with a line for each.
Error describe_errors(const std::vector<std::string>& errors);

}  // namespace lmbridge::control
