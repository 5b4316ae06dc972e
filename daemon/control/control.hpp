// The admin interface: HTTP and JSON on a unix socket, for lmbridgectl and for scripts. Who may
// open the socket may do everything.
#pragma once

#include "base/task_group.hpp"
#include "control/context.hpp"
#include "control/event_stream.hpp"
#include "http/exchange.hpp"
#include "http/router.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <cstddef>
#include <string>
#include <variant>

namespace lmbridge::control {

/// I/O thread only. After a start() stop() must have been awaited before it goes.
class Control {
 public:
  Control(const boost::asio::any_io_executor& executor, Parts parts);

  /// What is done without being asked for: the list of models.
  void start();
  boost::asio::awaitable<void> stop();

  /// Answers one request; an http::Handler.
  boost::asio::awaitable<void> handle(http::Exchange& exchange);

 private:
  using Single = boost::asio::awaitable<Result<Reply>> (*)(const http::Request&, const Context&);
  using Streamed = boost::asio::awaitable<Result<void>> (*)(const http::Request&, const Context&,
                                                            EventStream&);
  using Route = std::variant<Single, Streamed>;

  void add_routes();
  boost::asio::awaitable<void> reply(Single route, http::Exchange& exchange);
  boost::asio::awaitable<void> stream(Streamed route, http::Exchange& exchange);
  Error no_route(http::Exchange& exchange, const std::string& allowed_methods) const;
  void tell_of_chat(const http::Request& request) const;
  void tell(const http::Request& request, unsigned status) const;

  Parts parts_;
  Worker worker_;
  base::TaskGroup tasks_;
  std::size_t captures_ = 0;
  Context context_;
  http::Router<Route> router_;
};

}  // namespace lmbridge::control
