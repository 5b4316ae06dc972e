// The browser's end of a DevTools pipe, played by a test: it reads commands and says whatever the
// test wants. No process, no Chromium.
#pragma once

#include "cdp/pipe_transport.hpp"
#include "tests/unit/result_test.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/local/connect_pair.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <fmt/format.h>

#include <memory>
#include <string>
#include <string_view>

namespace lmbridge::test {

/// A command as the browser sees it.
struct FakeCommand {
  std::int64_t id = 0;
  std::string method;
  std::string session_id;
  boost::json::object params;
};

class FakeBrowser {
 public:
  explicit FakeBrowser(const boost::asio::any_io_executor& executor)
      : ours_(executor), theirs_(executor) {
    boost::asio::local::connect_pair(ours_, theirs_);
  }

  /// The other end; once.
  std::unique_ptr<cdp::Transport> transport() {
    return std::make_unique<cdp::PipeTransport>(std::move(theirs_));
  }

  /// The next command; throws at the end of the pipe.
  boost::asio::awaitable<FakeCommand> next() {
    const auto size = co_await boost::asio::async_read_until(
        ours_, boost::asio::dynamic_buffer(input_), '\0', boost::asio::use_awaitable);
    const auto message = boost::json::parse(std::string_view(input_).substr(0, size - 1));
    input_.erase(0, size);
    const auto& object = message.as_object();
    FakeCommand command{.id = object.at("id").as_int64(),
                        .method = std::string(object.at("method").as_string()),
                        .session_id = {},
                        .params = object.at("params").as_object()};
    if (const auto* session = object.if_contains("sessionId")) {
      command.session_id = std::string(session->as_string());
    }
    co_return command;
  }

  /// The next command, which must be `method`.
  boost::asio::awaitable<FakeCommand> expect(std::string_view method) {
    auto command = co_await next();
    EXPECT_EQ(command.method, method);
    co_return command;
  }

  /// Bytes as they are, with the NUL that ends a message.
  boost::asio::awaitable<void> send(std::string message) {
    message += '\0';
    co_await boost::asio::async_write(ours_, boost::asio::buffer(message),
                                      boost::asio::use_awaitable);
  }

  boost::asio::awaitable<void> reply(const FakeCommand& command, std::string_view result = "{}") {
    co_await send(fmt::format(R"({{"id":{},"result":{}}})", command.id, result));
  }

  boost::asio::awaitable<void> refuse(const FakeCommand& command, std::string_view message) {
    co_await send(fmt::format(R"({{"id":{},"error":{{"code":-32000,"message":"{}"}}}})", command.id,
                              message));
  }

  boost::asio::awaitable<void> event(std::string_view session_id, std::string_view method,
                                     std::string_view params = "{}") {
    const auto session =
        session_id.empty() ? std::string() : fmt::format(R"("sessionId":"{}",)", session_id);
    co_await send(fmt::format(R"({{"method":"{}",{}"params":{}}})", method, session, params));
  }

  /// Waits until the other end has been closed.
  boost::asio::awaitable<void> wait_closed() {
    for (;;) {
      char byte = 0;
      boost::system::error_code error;
      co_await ours_.async_read_some(
          boost::asio::buffer(&byte, 1),
          boost::asio::redirect_error(boost::asio::use_awaitable, error));
      if (error) co_return;
    }
  }

  void close() { ours_.close(); }

 private:
  using Socket = cdp::PipeTransport::Socket;
  Socket ours_;
  Socket theirs_;
  std::string input_;
};

}  // namespace lmbridge::test
