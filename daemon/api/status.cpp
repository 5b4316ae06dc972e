#include "api/status.hpp"

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

namespace lmbridge::api {
namespace asio = boost::asio;
namespace json = boost::json;
namespace {

asio::awaitable<void> respond(http::Exchange& exchange, unsigned status, const json::object& body) {
  auto response = http::json_response(status, json::serialize(body));
  // State of the moment must not be kept by a proxy.
  response.headers.add("cache-control", "no-store");
  co_await exchange.respond(std::move(response));
}

}  // namespace

asio::awaitable<void> show_health(http::Exchange& exchange, const Context&) {
  co_await respond(exchange, 200, {{"status", "ok"}});
}

asio::awaitable<void> show_readiness(http::Exchange& exchange, const Context& context) {
  const auto& readiness = context.bridge.readiness();
  if (readiness.ready) {
    co_await respond(exchange, 200, {{"status", "ready"}});
  } else {
    co_await respond(exchange, 503, {{"status", "not_ready"}, {"reason", readiness.reason}});
  }
}

asio::awaitable<void> show_about(http::Exchange& exchange, const Context&) {
  co_await respond(
      exchange, 200,
      {{"name", "lmbridge"},
       {"description", "Serves LMArena to OpenAI clients; base URL: /v1"},
       {"endpoints", json::array{"POST /v1/chat/completions", "GET /v1/models",
                                 "GET /v1/models/{id}", "GET /healthz", "GET /readyz"}}});
}

}  // namespace lmbridge::api
