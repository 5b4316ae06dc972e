// One client connection: requests one after the other, each answered by the handler.
#pragma once

#include "http/body_reader.hpp"
#include "http/exchange.hpp"
#include "http/request_parser.hpp"
#include "http/server.hpp"
#include "http/stream_exchange.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>

#include <optional>
#include <string_view>

namespace lmbridge::http {

/// I/O thread only.
class Connection {
 public:
  Connection(Socket socket, ConnectionContext& context);

  /// Serves until the client leaves, a request is refused or the server stops.
  boost::asio::awaitable<void> run();

  /// Ends the wait for a next request, if that is what the connection is doing.
  void close_if_idle();

 private:
  boost::asio::awaitable<bool> serve_one();
  boost::asio::awaitable<boost::system::error_code> read_some();
  boost::asio::awaitable<bool> wait_for_request();
  boost::asio::awaitable<Result<std::size_t>> read_head();
  boost::asio::awaitable<Result<void>> read_body(BeastRequestParser& parser);
  boost::asio::awaitable<Result<Request>> read_request();
  boost::asio::awaitable<void> handle(StreamExchange& exchange);
  boost::asio::awaitable<void> run_handler(StreamExchange& exchange);
  boost::asio::awaitable<void> wait_for_client_to_leave(const StreamExchange& exchange);
  boost::asio::awaitable<void> refuse(const Error& error);
  boost::asio::awaitable<void> discard_input();

  /// What has been read and not been used yet.
  [[nodiscard]] std::string_view buffered() const;

  ConnectionContext& context_;
  Wire wire_;
  boost::beast::flat_buffer buffer_;
  /// Of the request that is being answered, if its handler reads it.
  std::optional<BodyReader> streamed_body_;
  bool idle_ = false;
};

}  // namespace lmbridge::http
