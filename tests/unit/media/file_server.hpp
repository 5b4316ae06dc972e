// An HTTP/1.1 server on a loopback port whose answers, good and bad, are written by the tests.
#pragma once

#include "base/task_group.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/completion_condition.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace lmbridge::test {

class FileServer {
 public:
  using Tcp = boost::asio::ip::tcp;

  /// One request and the connection it came over.
  struct Exchange {
    Tcp::socket& socket;
    /// The head, as it was sent.
    std::string request;
    /// The body, where the head tells its length.
    std::string content = {};
    /// The connection is closed afterwards.
    bool last = false;

    boost::asio::awaitable<void> send(std::string text) {
      co_await boost::asio::async_write(socket, boost::asio::buffer(text),
                                        boost::asio::use_awaitable);
    }
    boost::asio::awaitable<void> respond(int status, std::string headers, std::string body) {
      co_await send(fmt::format("HTTP/1.1 {} Whatever\r\nContent-Length: {}\r\n{}\r\n{}", status,
                                body.size(), headers, body));
    }
    /// Returns once the client has closed the connection.
    boost::asio::awaitable<void> wait_for_close() {
      last = true;
      std::string rest;
      co_await boost::asio::async_read_until(socket, boost::asio::dynamic_buffer(rest), "\r\n\r\n",
                                             boost::asio::use_awaitable);
    }
  };
  using Handler = std::function<boost::asio::awaitable<void>(Exchange&)>;

  FileServer(const boost::asio::any_io_executor& executor, base::Log& log)
      : tasks_(executor, log),
        acceptor_(executor, {boost::asio::ip::address_v4::loopback(), 0}),
        changed_(executor) {}

  void start() {
    tasks_.spawn("accept", [this] { return accept(); });
  }
  boost::asio::awaitable<void> stop() {
    acceptor_.close();
    co_await tasks_.stop(std::chrono::seconds(0));
  }

  void at(std::string path, Handler handler) { handlers_[std::move(path)] = std::move(handler); }
  void serve(std::string path, std::string body, std::string type = "image/png") {
    at(std::move(path), [body = std::move(body), type = std::move(type)](Exchange& exchange) {
      return exchange.respond(200, "Content-Type: " + type + "\r\n", body);
    });
  }
  void redirect(std::string path, std::string location) {
    at(std::move(path), [location = std::move(location)](Exchange& exchange) {
      return exchange.respond(302, "Location: " + location + "\r\n", "over there");
    });
  }

  [[nodiscard]] std::uint16_t port() const { return acceptor_.local_endpoint().port(); }
  [[nodiscard]] std::string url(std::string_view path, std::string_view host = "127.0.0.1") const {
    return fmt::format("http://{}:{}{}", host, port(), path);
  }

  /// Waits until `condition` holds, which reads what is counted here. One waiter at a time.
  boost::asio::awaitable<void> wait_until(std::function<bool()> condition) {
    while (!condition()) co_await changed_.wait();
  }

  int connections = 0;
  /// Connections that are over.
  int closed = 0;
  /// Those of them that the client has ended.
  int broken = 0;
  /// Heads of the requests that came.
  std::vector<std::string> requests;
  /// Handlers that run, and the most that ever ran at once.
  int busy = 0;
  int busiest = 0;

 private:
  boost::asio::awaitable<void> accept() {
    for (;;) {
      // Shared: with the function that makes the coroutine, which is copied.
      auto socket = std::make_shared<Tcp::socket>(
          co_await acceptor_.async_accept(boost::asio::use_awaitable));
      ++connections;
      changed_.notify();
      tasks_.spawn("connection", [this, socket] { return converse(socket); });
    }
  }

  boost::asio::awaitable<void> converse(std::shared_ptr<Tcp::socket> socket) {
    const std::shared_ptr<void> end(nullptr, [this](void*) {
      ++closed;
      changed_.notify();
    });
    std::string input;
    try {
      for (bool last = false; !last;) {
        const auto size = co_await boost::asio::async_read_until(
            *socket, boost::asio::dynamic_buffer(input), "\r\n\r\n", boost::asio::use_awaitable);
        Exchange exchange{.socket = *socket, .request = input.substr(0, size)};
        input.erase(0, size);
        exchange.content = co_await read_body(*socket, exchange.request, input);
        co_await answer(exchange);
        last = exchange.last;
      }
    } catch (const boost::system::system_error&) {
      ++broken;
    }
  }

  static boost::asio::awaitable<std::string> read_body(Tcp::socket& socket, const std::string& head,
                                                       std::string& input) {
    constexpr std::string_view name = "Content-Length: ";
    const auto found = head.find(name);
    if (found == std::string::npos) co_return std::string();
    const auto size = std::stoul(head.substr(found + name.size()));
    if (input.size() < size) {
      co_await boost::asio::async_read(socket, boost::asio::dynamic_buffer(input),
                                       boost::asio::transfer_exactly(size - input.size()),
                                       boost::asio::use_awaitable);
    }
    auto body = input.substr(0, size);
    input.erase(0, size);
    co_return body;
  }

  boost::asio::awaitable<void> answer(Exchange& exchange) {
    const auto& head = exchange.request;
    requests.push_back(head);
    busiest = std::max(busiest, ++busy);
    const std::shared_ptr<void> end(nullptr, [this](void*) {
      --busy;
      changed_.notify();
    });
    changed_.notify();
    const auto begin = head.find(' ') + 1;
    const auto found = handlers_.find(head.substr(begin, head.find_first_of(" ?", begin) - begin));
    if (found == handlers_.end()) {
      co_await exchange.respond(404, "", "not found");
    } else {
      co_await found->second(exchange);
    }
  }

  base::TaskGroup tasks_;
  Tcp::acceptor acceptor_;
  base::Condition changed_;
  std::map<std::string, Handler> handlers_;
};

}  // namespace lmbridge::test
