#include "http/server.hpp"

#include "http/connection.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <fmt/format.h>

#include <utility>

namespace lmbridge::http {
namespace asio = boost::asio;
using asio::ip::tcp;

namespace {

std::string address_text(const tcp::endpoint& endpoint) {
  const auto address = endpoint.address().to_string();
  return endpoint.address().is_v6() ? fmt::format("[{}]:{}", address, endpoint.port())
                                    : fmt::format("{}:{}", address, endpoint.port());
}

}  // namespace

Result<std::unique_ptr<Server>> Server::listen(const asio::any_io_executor& executor,
                                               ConnectionContext context) {
  boost::system::error_code error;
  const auto address = asio::ip::make_address(
      context.options.host == "localhost" ? "127.0.0.1" : context.options.host, error);
  if (error) {
    return fail(ErrorCode::invalid_configuration,
                fmt::format("{}: \"{}\" is not an IP address", context.options.chosen_by,
                            context.options.host));
  }
  const tcp::endpoint endpoint(address, context.options.port);
  tcp::acceptor acceptor(executor);
  acceptor.open(endpoint.protocol(), error);
  if (!error) acceptor.set_option(tcp::acceptor::reuse_address(true), error);
  if (!error) acceptor.bind(endpoint, error);
  if (!error) acceptor.listen(asio::socket_base::max_listen_connections, error);
  if (error == asio::error::address_in_use) {
    return fail(
        ErrorCode::address_in_use,
        fmt::format("port {} of {} is taken by another program: stop it (is lmbridged "
                    "running already?) or choose another one with {}",
                    endpoint.port(), endpoint.address().to_string(), context.options.chosen_by));
  }
  if (error) {
    return fail(ErrorCode::invalid_configuration,
                fmt::format("can't listen on {}: {}", address_text(endpoint), error.message()));
  }
  return std::make_unique<Server>(std::move(acceptor), std::move(context));
}

Server::Server(tcp::acceptor acceptor, ConnectionContext context)
    : context_(std::move(context)),
      acceptor_(std::move(acceptor)),
      address_(address_text(acceptor_.local_endpoint())),
      accepting_(acceptor_.get_executor(), context_.log),
      serving_(acceptor_.get_executor(), context_.log),
      connection_ended_(acceptor_.get_executor()) {
  accepting_.spawn("HTTP listener", [this] { return accept_loop(); });
}

Server::~Server() = default;

asio::awaitable<void> Server::accept_loop() {
  for (;;) {
    while (connections_.size() >= context_.options.max_connections) {
      co_await connection_ended_.wait();
    }
    auto [error, socket] = co_await acceptor_.async_accept(asio::as_tuple(asio::use_awaitable));
    if (error == asio::error::operation_aborted) co_return;
    if (error) {
      // Mostly: no descriptors left. They come back with time, and asking at once would spin.
      context_.log.warning("a connection could not be accepted", {{"reason", error.message()}});
      asio::steady_timer pause(acceptor_.get_executor(), std::chrono::milliseconds(100));
      co_await pause.async_wait(asio::use_awaitable);
      continue;
    }
    // The coroutine's frame is made when it starts, so the socket waits for it in a shared place:
    // std::function wants copyable captures.
    auto handed_on = std::make_shared<tcp::socket>(std::move(socket));
    serving_.spawn("HTTP connection", [this, handed_on] { return serve(std::move(*handed_on)); });
  }
}

asio::awaitable<void> Server::serve(tcp::socket socket) {
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
  acceptor_.close();
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
