// A connection that has become a WebSocket (RFC 6455): whole messages to and fro, bounded.
#pragma once

#include "base/error.hpp"

#include <boost/asio/awaitable.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace lmbridge::http {

struct WebSocketOptions {
  /// Bytes of a message that comes.
  std::size_t message_limit = 64UL * 1024;
  /// A peer that says nothing for half of this is asked whether it is there; after all of it, it is
  /// gone.
  std::chrono::milliseconds idle_timeout{30'000};
  /// For a peer that does not read.
  std::chrono::milliseconds write_timeout{30'000};
};

struct WebSocketMessage {
  std::string data;
  /// Then it is valid UTF-8.
  bool is_text = false;
};

/// I/O thread only. One task may read while another one writes.
class WebSocket {
 public:
  virtual ~WebSocket() = default;

  /// Errors: payload_too_large, invalid_request for what is no WebSocket, cancelled when the peer
  /// has closed it or is gone. Nothing can be read after one; the peer has been told.
  virtual boost::asio::awaitable<Result<WebSocketMessage>> read() = 0;

  /// Returns when the kernel has taken it. Error: cancelled.
  virtual boost::asio::awaitable<Result<void>> write_text(std::string_view text) = 0;
  virtual boost::asio::awaitable<Result<void>> write_bytes(std::string_view bytes) = 0;

  /// Says goodbye and waits some seconds for the answer; another task may read meanwhile, but not
  /// have been cancelled while it read. Codes are those of RFC 6455, section 7.4,
  /// or 4000 to 4999; a reason has at most 120 bytes.
  virtual boost::asio::awaitable<void> close(std::uint16_t code, std::string_view reason) = 0;
};

namespace close_code {
inline constexpr std::uint16_t normal = 1000;
inline constexpr std::uint16_t going_away = 1001;
inline constexpr std::uint16_t policy = 1008;
}  // namespace close_code

}  // namespace lmbridge::http
