// The page script, bundled from bridge_js/src at build time.
#pragma once

#include <string_view>

namespace lmbridge::bridge_js {

/// Source to run at the start of every document, in an isolated world that has the binding below.
extern const std::string_view script;

/// The function through which the script calls us.
inline constexpr std::string_view binding = "lmbridgeSend";

/// The name of the isolated world.
inline constexpr std::string_view world = "lmbridge";

}  // namespace lmbridge::bridge_js
