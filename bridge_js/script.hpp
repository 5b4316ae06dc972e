// The page scripts, bundled from bridge_js/src at build time.
#pragma once

#include <string_view>

namespace lmbridge::bridge_js {

/// Source to run at the start of every document, in an isolated world that has the binding below.
extern const std::string_view script;

/// The function through which the script calls us.
inline constexpr std::string_view binding = "lmbridgeSend";

/// The name of the isolated world.
inline constexpr std::string_view world = "lmbridge";

/// How the browser names the script where it tells which scripts made a request.
inline constexpr std::string_view script_url = "lmbridge:main.js";

/// Finds elements for an operator's commands; runs in a world of its own, without a binding.
extern const std::string_view operator_script;
inline constexpr std::string_view operator_world = "lmbridge operator";

}  // namespace lmbridge::bridge_js
