// The answer to one request, written to its connection's socket.
#pragma once

#include "http/exchange.hpp"
#include "http/server.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/beast/core/tcp_stream.hpp>

#include <string>
#include <string_view>

namespace lmbridge::http {

/// What a connection and the answers on it share.
struct Wire {
  ConnectionContext& context;
  boost::beast::tcp_stream stream;
  /// Of the request that is being answered: 10 or 11.
  unsigned version = 11;
  /// Another request may follow on this connection.
  bool keep_alive = false;
};

/// For a read or write that failed: `cancelled`, because nobody is left to be told.
std::unexpected<Error> client_gone(const boost::system::error_code& error);

/// I/O thread only. The wire outlives it.
class StreamExchange final : public Exchange {
 public:
  StreamExchange(Wire& wire, Request request);

  [[nodiscard]] const Request& request() const override { return request_; }
  [[nodiscard]] bool started() const override { return started_; }
  [[nodiscard]] bool finished() const { return finished_; }

  void add_response_header(std::string name, std::string value) override {
    common_.add(std::move(name), std::move(value));
  }
  boost::asio::awaitable<Result<void>> respond(Response response) override;
  boost::asio::awaitable<Result<void>> start_stream(Response head) override;
  boost::asio::awaitable<Result<void>> write(std::string_view data) override;
  boost::asio::awaitable<Result<void>> finish() override;

 private:
  template <class Message>
  void decorate(Message& message, const Headers& headers);
  template <class Buffers>
  boost::asio::awaitable<Result<void>> write_buffers(const Buffers& buffers);

  Wire& wire_;
  Request request_;
  Headers common_;
  bool started_ = false;
  bool finished_ = false;
  bool chunked_ = false;
};

}  // namespace lmbridge::http
