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
  explicit Api(const Context& context);

  /// Answers one request; an http::Handler.
  boost::asio::awaitable<void> handle(http::Exchange& exchange);

 private:
  void add_cors_headers(http::Exchange& exchange) const;

  Context context_;
  http::Router router_;
};

}  // namespace lmbridge::api
