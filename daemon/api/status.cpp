#include "api/status.hpp"

#include <boost/json/array.hpp>
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

json::object describe_browser(const bridge::Bridge& bridge) {
  json::object browser{{"restarts", bridge.restarts()}};
  if (const auto* running = bridge.browser()) {
    if (const auto pid = running->pid()) browser["pid"] = *pid;
    browser["product"] = running->product();
  }
  return browser;
}

json::array describe_pages(const bridge::Bridge& bridge) {
  json::array pages;
  for (const auto& page : bridge.pages()) {
    json::object described{{"state", name(page->state())},
                           {"protocol", page->protocol()},
                           {"running", page->running()},
                           {"capacity", page->capacity()}};
    if (!page->trouble().empty()) described["reason"] = page->trouble();
    pages.push_back(std::move(described));
  }
  return pages;
}

json::object describe_line(const bridge::WaitingLine& line) {
  constexpr std::size_t shown = 100;
  const auto now = std::chrono::steady_clock::now();
  json::array requests;
  for (const auto* ticket : line.first(shown)) {
    const auto waited =
        std::chrono::duration_cast<std::chrono::milliseconds>(now - ticket->since());
    requests.push_back(json::object{{"id", ticket->holder().request_id},
                                    {"place", requests.size() + 1},
                                    {"waiting_ms", waited.count()}});
  }
  return {{"waiting", line.size()},
          {"limit", line.limits().requests},
          {"requests", std::move(requests)}};
}

}  // namespace

asio::awaitable<void> show_health(http::Exchange& exchange, const Context&) {
  co_await respond(exchange, 200, {{"status", "ok"}});
}

asio::awaitable<void> show_readiness(http::Exchange& exchange, const Context& context) {
  const auto& bridge = context.bridge;
  const auto& readiness = bridge.readiness();
  json::object body{{"status", bridge::name(readiness.state)}};
  const bool ready = readiness.state == bridge::BridgeState::ready;
  if (!ready) body["reason"] = readiness.reason;
  body["browser"] = describe_browser(bridge);
  body["contexts"] = describe_pages(bridge);
  body["queue"] = describe_line(bridge.line());
  co_await respond(exchange, ready ? 200 : 503, body);
}

asio::awaitable<void> show_about(http::Exchange& exchange, const Context&) {
  co_await respond(
      exchange, 200,
      {{"name", "lmbridge"},
       {"description", "Serves LMArena to OpenAI clients; base URL: /v1"},
       {"endpoints", json::array{"POST /v1/chat/completions", "POST /v1/images/generations",
                                 "POST /v1/images/edits", "GET /v1/models", "GET /v1/models/{id}",
                                 "GET /api/images/list", "GET /api/images/{path}", "GET /healthz",
                                 "GET /readyz", "GET /metrics"}}});
}

}  // namespace lmbridge::api
