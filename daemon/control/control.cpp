#include "control/control.hpp"

#include "base/text.hpp"
#include "control/browser.hpp"
#include "control/configuration.hpp"
#include "control/intake.hpp"
#include "control/keys.hpp"
#include "control/live.hpp"
#include "control/models.hpp"
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
      context_{.parts = parts_, .worker = worker_, .executor = executor} {
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
  router_.add("GET", "/keys", list_keys);
  router_.add("POST", "/keys", add_key);
  router_.add("DELETE", "/keys/*", remove_key);
  router_.add("GET", "/models", list_models);
  router_.add("POST", "/models", add_model);
  router_.add("DELETE", "/models/*", remove_model);
}

awaitable<void> Control::handle(http::Exchange& exchange) {
  const auto& request = exchange.request();
  if (request.path == chat_path && request.method == "POST") {
    // How it ends is told by a line of its own.
    tell_of_chat(request);
    co_await parts_.chat(exchange);
    co_return;
  }
  if (request.path == live_path && request.method == "POST") {
    // Its answer is as long as the view.
    tell(request, 200);
    co_await serve_live(exchange, context_);
    co_return;
  }
  auto reply = co_await answer(exchange);
  auto response = reply ? json_response(reply->status, reply->body) : error_response(reply.error());
  tell(request, response.status);
  co_await exchange.respond(std::move(response));
}

awaitable<Result<Reply>> Control::answer(http::Exchange& exchange) {
  const auto& request = exchange.request();
  const auto match = router_.find(request.method, request.path);
  if (match.handler != nullptr) co_return co_await (*match.handler)(request, context_);
  const auto path = base::printable(base::excerpt(request.path, 200));
  if (match.allowed_methods.empty()) {
    co_return fail(ErrorCode::not_found, fmt::format("there is nothing at {}", path));
  }
  exchange.add_response_header("allow", match.allowed_methods);
  co_return fail(ErrorCode::method_not_allowed,
                 fmt::format("{} can be asked with {} only", path, match.allowed_methods));
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
