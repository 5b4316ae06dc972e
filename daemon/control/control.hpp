// The admin interface: HTTP and JSON on a unix socket, for lmbridgectl and for scripts. Who may
// open the socket may do everything.
#pragma once

#include "control/context.hpp"
#include "http/exchange.hpp"
#include "http/router.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

namespace lmbridge::control {

/// I/O thread only.
class Control {
 public:
  Control(const boost::asio::any_io_executor& executor, Parts parts);

  /// Answers one request; an http::Handler.
  boost::asio::awaitable<void> handle(http::Exchange& exchange);

 private:
  using Route = boost::asio::awaitable<Result<Reply>> (*)(const http::Request&, const Context&);

  boost::asio::awaitable<Result<Reply>> answer(http::Exchange& exchange);
  void tell_of_chat(const http::Request& request) const;
  void tell(const http::Request& request, unsigned status) const;

  Parts parts_;
  Worker worker_;
  Context context_;
  http::Router<Route> router_;
};

}  // namespace lmbridge::control
