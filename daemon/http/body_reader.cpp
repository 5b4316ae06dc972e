#include "http/body_reader.hpp"

#include "base/text.hpp"
#include "http/read_deadline.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/http/read.hpp>
#include <fmt/format.h>

#include <utility>

namespace lmbridge::http {
namespace asio = boost::asio;
namespace bhttp = boost::beast::http;
using asio::as_tuple;
using asio::awaitable;
using asio::use_awaitable;

bool waits_for_invitation(const Wire& wire, const Request& head) {
  const auto expected = head.headers.get("expect").value_or("");
  return wire.version == 11 && base::equals_ignoring_case(expected, "100-continue");
}

awaitable<void> invite_body(Wire& wire) {
  wire.stream.expires_after(wire.context.options.write_timeout);
  // An error shows in the next read.
  co_await asio::async_write(wire.stream, asio::buffer("HTTP/1.1 100 Continue\r\n\r\n", 25),
                             as_tuple(use_awaitable));
}

BodyReader::BodyReader(Wire& wire, boost::beast::flat_buffer& buffer, BeastRequestParser&& parser,
                       const Request& head, std::uint64_t limit)
    : wire_(wire),
      buffer_(buffer),
      parser_(std::move(parser)),
      is_expecting_(waits_for_invitation(wire, head)),
      limit_(limit),
      finished_(wire.stream.get_executor()) {
  parser_.body_limit(limit);
}

awaitable<Result<std::size_t>> BodyReader::read(std::span<char> buffer) {
  if (!std::exchange(has_begun_, true)) {
    if (parser_.content_length().value_or(0) > limit_) co_return std::unexpected(too_large());
    if (is_expecting_ && !finished()) co_await invite_body(wire_);
  }
  // What comes first may be no more than the head of a chunk.
  Result<std::size_t> size = 0;
  while (size && *size == 0 && !finished()) size = co_await read_some(buffer);
  if (finished()) finished_.notify();
  co_return size;
}

awaitable<Result<std::size_t>> BodyReader::read_some(std::span<char> buffer) {
  auto& body = parser_.get().body();
  body.data = buffer.data();
  body.size = buffer.size();
  const auto limit = wire_.context.options.body_timeout;
  // Anew for each piece: a large body may take its time as long as it goes on.
  const ReadDeadline deadline(wire_.stream, limit);
  const auto [error, used] =
      co_await bhttp::async_read_some(wire_.stream, buffer_, parser_, as_tuple(use_awaitable));
  const auto size = buffer.size() - body.size;
  if (!error || error == bhttp::error::need_buffer || size > 0) co_return size;
  if (deadline.passed()) {
    co_return fail(ErrorCode::request_timeout,
                   fmt::format("nothing of the request's body came for {} s",
                               std::chrono::duration<double>(limit).count()));
  }
  if (error == bhttp::error::body_limit) co_return std::unexpected(too_large());
  const bool is_malformed = error.category() == make_error_code(bhttp::error::bad_chunk).category();
  if (is_malformed && error != bhttp::error::partial_message) {
    co_return std::unexpected(body_error(error, limit_));
  }
  co_return client_gone(error);
}

awaitable<void> BodyReader::wait_until_finished() {
  while (!finished()) co_await finished_.wait();
}

Error BodyReader::too_large() const {
  return {.code = ErrorCode::payload_too_large,
          .message = fmt::format("the request body is larger than the {} MB that are allowed here",
                                 limit_ / (1024UL * 1024))};
}

}  // namespace lmbridge::http
