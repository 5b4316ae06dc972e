// Files of steps: what an operator would do in a page, written down, so that it can be done without
// a hand on the mouse. Every selector is data of such a file; config/steps has some.
//
//   [
//     { "goto": { "url": "/?mode=direct" } },
//     { "type": { "selector": "textarea", "text": "Hello", "replace": true } },
//     { "click": { "text": "Retry" }, "timeout_seconds": 60 },
//   ]
//
// A step has one command and perhaps a timeout. Commands that are about an element name it by
// "selector" or by "text" (the element that a person reads it on), and by "nth" (from 1) where
// several are meant; "type" names the element by "selector" or "label", because its "text" is what
// is typed.
#pragma once

#include "base/error.hpp"
#include "bridge/page_command.hpp"
#include "bridge/page_commands.hpp"

#include <boost/asio/awaitable.hpp>

#include <chrono>
#include <filesystem>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace lmbridge::bridge {

struct Step {
  PageCommand command;
  std::chrono::milliseconds timeout{30'000};
  /// For messages: "direct.jsonc:4: click".
  std::string place = {};
};

/// The steps of `text`, which is JSON with comments. invalid_configuration names every problem with
/// its line and column; `name` stands in front of them.
Result<std::vector<Step>> parse_steps(std::string_view name, std::string_view text);

/// The same for a file, at most 8 MB of it.
Result<std::vector<Step>> load_steps(const std::filesystem::path& file);

/// One step alone, as a request brings it: an object as in a file.
Result<Step> parse_step(std::string_view text);

/// What a step had to show is handed to `on_reply`, which must not wait.
using StepObserver = std::function<void(const Step&, const PageReply&)>;

/// Does one step after the other until one fails; the error then begins with its place.
boost::asio::awaitable<Result<void>> play(PageCommands& page, std::span<const Step> steps,
                                          StepObserver on_reply);

}  // namespace lmbridge::bridge
