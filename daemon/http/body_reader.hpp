// Reads a request's body in the pieces in which its handler wants it.
#pragma once

#include "base/condition.hpp"
#include "base/error.hpp"
#include "http/request_parser.hpp"
#include "http/stream_exchange.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/buffer_body.hpp>

#include <cstddef>
#include <cstdint>
#include <span>

namespace lmbridge::http {

/// Whether the client asks if its body is welcome. HTTP/1.0 does not know the question (RFC 9110,
/// section 10.1.1).
bool waits_for_invitation(const Wire& wire, const Request& head);

/// Says that the body is welcome.
boost::asio::awaitable<void> invite_body(Wire& wire);

/// I/O thread only. What it is made from outlives it.
class BodyReader {
 public:
  /// `parser` has read the head; `buffer` holds what came behind it.
  BodyReader(Wire& wire, boost::beast::flat_buffer& buffer, BeastRequestParser&& parser,
             const Request& head, std::uint64_t limit);

  /// As Exchange::read_body() has it. The first call invites a client that waits for it.
  boost::asio::awaitable<Result<std::size_t>> read(std::span<char> buffer);

  /// True when nothing of it is left in front of the next request.
  [[nodiscard]] bool finished() const { return parser_.is_done(); }
  boost::asio::awaitable<void> wait_until_finished();

 private:
  boost::asio::awaitable<Result<void>> begin();
  boost::asio::awaitable<Result<std::size_t>> read_some(std::span<char> buffer);
  [[nodiscard]] Error too_large() const;

  Wire& wire_;
  boost::beast::flat_buffer& buffer_;
  boost::beast::http::request_parser<boost::beast::http::buffer_body> parser_;
  const bool is_expecting_;
  const std::uint64_t limit_;
  bool has_begun_ = false;
  base::Condition finished_;
};

}  // namespace lmbridge::http
