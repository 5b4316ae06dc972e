#include "cdp/pipe_transport.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

namespace lmbridge::cdp {
namespace asio = boost::asio;

asio::awaitable<Result<std::string_view>> PipeTransport::receive() {
  // What Chromium writes at once is at most a socket buffer; larger reads gain nothing.
  constexpr std::size_t read_size = 256UL * 1024;
  for (;;) {
    auto message = frames_.next();
    if (!message) co_return std::unexpected(message.error());
    if (*message) co_return **message;
    const auto room = frames_.prepare(read_size);
    const auto [error, size] = co_await socket_.async_read_some(
        asio::buffer(room.data(), room.size()), asio::as_tuple(asio::use_awaitable));
    if (error) {
      co_return fail(ErrorCode::browser_gone, "the DevTools pipe was closed: " + error.message());
    }
    frames_.commit(size);
  }
}

asio::awaitable<Result<void>> PipeTransport::send(std::string_view messages) {
  const auto [error, size] = co_await asio::async_write(socket_, asio::buffer(messages),
                                                        asio::as_tuple(asio::use_awaitable));
  if (error) {
    co_return fail(ErrorCode::browser_gone, "the DevTools pipe was closed: " + error.message());
  }
  co_return Result<void>();
}

void PipeTransport::close() {
  boost::system::error_code ignored;  // closing what is closed is fine
  socket_.close(ignored);
}

}  // namespace lmbridge::cdp
