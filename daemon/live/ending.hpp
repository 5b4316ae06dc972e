// How the stay of a viewer, or a whole invitation, ends.
#pragma once

#include "http/web_socket.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace lmbridge::live {

/// Codes of the WebSocket's goodbye; the page in daemon/web/live knows them.
namespace close_code {
inline constexpr std::uint16_t ended = 4000;
inline constexpr std::uint16_t replaced = 4001;
inline constexpr std::uint16_t refused = 4003;
inline constexpr std::uint16_t idle = 4004;
using http::close_code::going_away;
using http::close_code::policy;
}  // namespace close_code

struct Ending {
  /// For programs: "ended", "replaced", "idle", "stopping", "refused", "left".
  std::string_view reason;
  /// 0 where there is nobody to be told.
  std::uint16_t code = 0;
};

namespace endings {
/// The command that invited has ended.
inline constexpr Ending ended{.reason = "ended", .code = close_code::ended};
/// Somebody else looks now.
inline constexpr Ending replaced{.reason = "replaced", .code = close_code::replaced};
inline constexpr Ending idle{.reason = "idle", .code = close_code::idle};
inline constexpr Ending stopping{.reason = "stopping", .code = close_code::going_away};
/// What the viewer sent makes no sense.
inline constexpr Ending refused{.reason = "refused", .code = close_code::policy};
inline constexpr Ending left{.reason = "left"};
}  // namespace endings

}  // namespace lmbridge::live
