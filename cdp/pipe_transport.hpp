// The DevTools pipe: NUL-terminated messages on one end of a socket pair, whose other end is the
// browser's fds 3 and 4 (or, in tests, a fake browser).
#pragma once

#include "cdp/framing.hpp"
#include "cdp/transport.hpp"

#include <boost/asio/local/stream_protocol.hpp>

namespace lmbridge::cdp {

class PipeTransport final : public Transport {
 public:
  using Socket = boost::asio::local::stream_protocol::socket;

  explicit PipeTransport(Socket socket) : socket_(std::move(socket)) {}

  boost::asio::awaitable<Result<std::string_view>> receive() override;
  boost::asio::awaitable<Result<void>> send(std::string_view messages) override;
  void close() override;

 private:
  Socket socket_;
  FrameDecoder frames_;
};

}  // namespace lmbridge::cdp
