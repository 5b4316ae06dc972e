#include "control/control.hpp"

#include "base/text.hpp"
#include "control/browser.hpp"
#include "control/configuration.hpp"
#include "control/cookies.hpp"
#include "control/doctor.hpp"
#include "control/id_capture.hpp"
#include "control/ids.hpp"
#include "control/intake.hpp"
#include "control/keys.hpp"
#include "control/live.hpp"
#include "control/logs.hpp"
#include "control/model_update.hpp"
#include "control/models.hpp"
#include "control/pages.hpp"
#include "control/predecessor.hpp"
#include "control/replies.hpp"
#include "control/status.hpp"
#include "control/wait.hpp"

#include <fmt/format.h>

#include <utility>

namespace lmbridge::control {
namespace asio = boost::asio;
using asio::awaitable;

namespace {

constexpr std::string_view chat_path = "/v1/chat/completions";

/// Programs that watch the daemon ask all the time.
bool is_watching(const http::Request& request) {
  return request.path == "/status" || request.path == "/wait";
}

/// The kernel tells of everybody who connects; 0 would stand for one that it does not see.
http::Peer peer_in(const http::Request& request) {
  return request.peer.value_or(http::Peer{});
}

}  // namespace

Control::Control(const asio::any_io_executor& executor, Parts parts)
    : parts_(std::move(parts)),
      worker_(executor),
      tasks_(executor, parts_.log),
      context_{.parts = parts_,
               .worker = worker_,
               .tasks = tasks_,
               .captures = captures_,
               .executor = executor} {
  add_routes();
}

void Control::add_routes() {
  router_.add("GET", "/status", show_status);
  router_.add("GET", "/wait", wait_for_state);
  router_.add("GET", "/config", show_configuration);
  router_.add("GET", "/config/path", show_paths);
  router_.add("POST", "/config/check", check_configuration);
  router_.add("GET", "/config/*", show_value);
  router_.add("PUT", "/config/*", set_value);
  router_.add("POST", "/reload", reload);
  router_.add("POST", "/drain", drain);
  router_.add("POST", "/resume", resume);
  router_.add("POST", "/browser/restart", restart_browser);
  router_.add("GET", "/browser/cookies", export_cookies);
  router_.add("POST", "/browser/cookies", import_cookies);
  router_.add("GET", "/keys", list_keys);
  router_.add("POST", "/keys", add_key);
  router_.add("DELETE", "/keys/*", remove_key);
  router_.add("GET", "/models", list_models);
  router_.add("POST", "/models", add_model);
  router_.add("POST", "/models/update", Single(update_models));
  router_.add("DELETE", "/models/*", remove_model);
  router_.add("GET", "/pages", list_pages);
  router_.add("POST", "/pages", open_page);
  router_.add("POST", "/pages/run", run_in_page);
  router_.add("DELETE", "/pages/*", close_page);
  router_.add("GET", "/ids", list_ids);
  router_.add("POST", "/ids/capture", Streamed(capture_ids));
  router_.add("POST", "/ids/test", test_ids);
  router_.add("DELETE", "/ids/*", remove_ids);
  router_.add("POST", "/live", serve_live);
  router_.add("GET", "/logs", show_logs);
  router_.add("POST", "/doctor", examine);
  router_.add("POST", "/internal/start_id_capture", start_id_capture);
  router_.add("POST", "/internal/request_model_update", request_model_update);
  router_.add("POST", "/internal/update_available_models", update_available_models);
}

void Control::start() {
  tasks_.spawn("the list of models", [this] { return keep_models_fresh(context_); });
}

awaitable<void> Control::stop() {
  co_await tasks_.stop(std::chrono::seconds(0));
}

awaitable<void> Control::handle(http::Exchange& exchange) {
  const auto& request = exchange.request();
  if (request.path == chat_path && request.method == "POST") {
    // How it ends is told by a line of its own.
    tell_of_chat(request);
    co_await parts_.chat(exchange);
    co_return;
  }
  const auto match = router_.find(request.method, request.path);
  if (match.handler == nullptr) {
    auto response = error_response(no_route(exchange, match.allowed_methods));
    tell(request, response.status);
    co_await exchange.respond(std::move(response));
  } else if (const auto* single = std::get_if<Single>(match.handler)) {
    co_await reply(*single, exchange);
  } else {
    co_await stream(std::get<Streamed>(*match.handler), exchange);
  }
}

awaitable<void> Control::reply(Single route, http::Exchange& exchange) {
  const auto reply = co_await route(exchange.request(), context_);
  auto response = reply ? json_response(reply->status, reply->body) : error_response(reply.error());
  tell(exchange.request(), response.status);
  co_await exchange.respond(std::move(response));
}

awaitable<void> Control::stream(Streamed route, http::Exchange& exchange) {
  EventStream events(exchange);
  // Told of before it is done, because a caller may leave in the middle.
  tell(exchange.request(), 200);
  const auto outcome = co_await route(exchange.request(), context_, events);
  if (!outcome) {
    parts_.log.info("a control call has failed",
                    {{"id", exchange.request().id}, {"reason", outcome.error().message}});
  }
  co_await events.end(outcome);
}

Error Control::no_route(http::Exchange& exchange, const std::string& allowed_methods) const {
  const auto path = base::printable(base::excerpt(exchange.request().path, 200));
  if (allowed_methods.empty()) {
    return {.code = ErrorCode::not_found, .message = fmt::format("there is nothing at {}", path)};
  }
  exchange.add_response_header("allow", allowed_methods);
  return {.code = ErrorCode::method_not_allowed,
          .message = fmt::format("{} can be asked with {} only", path, allowed_methods)};
}

void Control::tell_of_chat(const http::Request& request) const {
  const auto peer = peer_in(request);
  parts_.log.info("a chat has come over the control socket",
                  {{"id", request.id}, {"pid", peer.pid}, {"uid", peer.uid}, {"user", peer.user}});
}

void Control::tell(const http::Request& request, unsigned status) const {
  const auto level = is_watching(request) ? base::LogLevel::debug : base::LogLevel::info;
  if (!parts_.log.enabled(level)) return;
  const auto peer = peer_in(request);
  parts_.log.write(level, "control call",
                   {{"id", request.id},
                    {"method", request.method},
                    {"path", base::excerpt(request.path, 200)},
                    {"status", status},
                    {"pid", peer.pid},
                    {"uid", peer.uid},
                    {"user", peer.user}});
}

}  // namespace lmbridge::control
