#include "http/server.hpp"

#include "http/connection.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <utility>

namespace lmbridge::http {
namespace asio = boost::asio;

Server::Server(Listener listener, ConnectionContext context)
    : context_(std::move(context)),
      listener_(std::move(listener)),
      address_(address_text(listener_.acceptor.local_endpoint())),
      accepting_(listener_.acceptor.get_executor(), context_.log),
      serving_(listener_.acceptor.get_executor(), context_.log),
      connection_ended_(listener_.acceptor.get_executor()) {
  accepting_.spawn("HTTP listener", [this] { return accept_loop(); });
}

Server::~Server() = default;

asio::awaitable<void> Server::accept_loop() {
  for (;;) {
    while (connections_.size() >= context_.options.max_connections) {
      co_await connection_ended_.wait();
    }
    auto [error, socket] =
        co_await listener_.acceptor.async_accept(asio::as_tuple(asio::use_awaitable));
    if (error == asio::error::operation_aborted) co_return;
    if (error) {
      // Mostly: no descriptors left. They come back with time, and asking at once would spin.
      context_.log.warning("a connection could not be accepted", {{"reason", error.message()}});
      asio::steady_timer pause(listener_.acceptor.get_executor(), std::chrono::milliseconds(100));
      co_await pause.async_wait(asio::use_awaitable);
      continue;
    }
    // The coroutine's frame is made when it starts, so the socket waits for it in a shared place:
    // std::function wants copyable captures.
    auto handed_on = std::make_shared<Socket>(std::move(socket));
    serving_.spawn("HTTP connection", [this, handed_on] { return serve(std::move(*handed_on)); });
  }
}

asio::awaitable<void> Server::serve(Socket socket) {
  Connection connection(std::move(socket), context_);
  connections_.insert(&connection);
  // Taken out however the coroutine ends.
  const std::shared_ptr<void> listed(nullptr, [&](void*) {
    connections_.erase(&connection);
    connection_ended_.notify();
  });
  co_await connection.run();
}

asio::awaitable<bool> Server::drain(std::chrono::steady_clock::duration limit) {
  context_.stopping = true;
  accepting_.cancel();
  co_await accepting_.join();
  listener_.acceptor.close();
  // A client that finds it could not tell that nobody listens from a daemon that is busy.
  listener_.file = {};
  for (auto* connection : connections_) connection->close_if_idle();
  const auto deadline = std::chrono::steady_clock::now() + limit;
  while (serving_.size() > 0 && !hurried_ && std::chrono::steady_clock::now() < deadline) {
    co_await connection_ended_.wait_until(deadline);
  }
  co_return serving_.size() == 0;
}

void Server::hurry() {
  hurried_ = true;
  connection_ended_.notify();
}

asio::awaitable<void> Server::stop(std::chrono::steady_clock::duration grace) {
  co_await drain(std::chrono::seconds(0));
  co_await serving_.stop(grace);
}

}  // namespace lmbridge::http
