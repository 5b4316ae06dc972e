// The HTTP interface: who may call, which route answers.
#pragma once

#include "api/context.hpp"
#include "http/exchange.hpp"
#include "http/router.hpp"

#include <boost/asio/awaitable.hpp>

namespace lmbridge::api {

/// I/O thread only.
class Api {
 public:
  explicit Api(const Parts& parts);

  /// Answers one request; an http::Handler.
  boost::asio::awaitable<void> handle(http::Exchange& exchange);

  /// Answers a chat of somebody who needs no key, because he is known otherwise.
  boost::asio::awaitable<void> handle_trusted_chat(http::Exchange& exchange);

 private:
  using Route = boost::asio::awaitable<void> (*)(http::Exchange&, const Context&);

  [[nodiscard]] Context context_under(const settings::Settings& settings);

  Parts parts_;
  IgnoredFieldLog ignored_fields_;
  http::Router<Route> router_;
};

}  // namespace lmbridge::api
