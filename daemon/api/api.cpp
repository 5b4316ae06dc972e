#include "api/api.hpp"

#include "api/access.hpp"
#include "api/chat.hpp"
#include "api/images.hpp"
#include "api/library.hpp"
#include "api/metrics.hpp"
#include "api/models.hpp"
#include "api/replies.hpp"
#include "api/status.hpp"
#include "base/text.hpp"

#include <fmt/format.h>

#include <utility>

namespace lmbridge::api {
namespace asio = boost::asio;

namespace {

/// Allowed origins are never given credentials: there are none to give.
void add_cors_headers(http::Exchange& exchange, const settings::Server& server) {
  const auto& headers = exchange.request().headers;
  const auto origin = headers.get("origin");
  const auto allowed = origin ? allowed_origin(*origin, server) : std::nullopt;
  if (!allowed) return;
  exchange.add_response_header("access-control-allow-origin", *allowed);
  exchange.add_response_header("vary", "origin");
  exchange.add_response_header(
      "access-control-expose-headers",
      "x-request-id, x-lmbridge-ignored, x-lmbridge-queue-place, retry-after");
  if (exchange.request().method != "OPTIONS") return;
  exchange.add_response_header("access-control-allow-methods", "GET, HEAD, POST, OPTIONS");
  exchange.add_response_header("access-control-max-age", "600");
  if (const auto asked = headers.get("access-control-request-headers")) {
    exchange.add_response_header("access-control-allow-headers", std::string(*asked));
  }
}

}  // namespace

Api::Api(const Parts& parts) : parts_(parts), ignored_fields_(parts.log) {
  router_.add("POST", "/v1/chat/completions", answer_chat);
  router_.add("POST", "/v1/images/generations", generate_images);
  router_.add("POST", "/v1/images/edits", edit_images);
  router_.add("POST", "/v1/images/variations", refuse_variations);
  router_.add("GET", "/v1/models", list_models);
  router_.add("GET", "/v1/models/*", show_model);
  router_.add("GET", "/api/images/list", list_library);
  router_.add("GET", "/api/images/*", show_picture);
  router_.add("GET", "/healthz", show_health);
  router_.add("GET", "/readyz", show_readiness);
  router_.add("GET", "/metrics", show_metrics);
  router_.add("GET", "/", show_about);
}

Context Api::context_under(const settings::Settings& settings) {
  return {.settings = settings,
          .bridge = parts_.bridge,
          .pictures = parts_.pictures,
          .file_beds = parts_.file_beds,
          .endpoints = parts_.endpoints,
          .refusals = parts_.refusals,
          .ids = parts_.ids,
          .clock = parts_.clock,
          .log = parts_.log,
          .recent = parts_.recent,
          .live = parts_.live,
          .ignored_fields = ignored_fields_,
          .started = parts_.started};
}

asio::awaitable<void> Api::handle_trusted_chat(http::Exchange& exchange) {
  const auto settings = parts_.settings.current();
  const auto context = context_under(*settings);
  co_await answer_chat(exchange, context);
}

asio::awaitable<void> Api::handle(http::Exchange& exchange) {
  // A reload meanwhile does not touch this request.
  const auto settings = parts_.settings.current();
  auto context = context_under(*settings);
  const auto& request = exchange.request();
  add_cors_headers(exchange, settings->server);
  if (request.method == "OPTIONS") {
    co_await exchange.respond({.status = 204, .headers = {}, .body = {}});
    co_return;
  }
  const auto caller = check_access(request, *settings);
  if (!caller) {
    context.log.info("a request was refused", {{"id", request.id},
                                               {"path", base::excerpt(request.path, 100)},
                                               {"reason", caller.error().message}});
    co_await exchange.respond(error_response(caller.error()));
    co_return;
  }
  context.caller = *caller;
  const auto match = router_.find(request.method, request.path);
  if (match.handler != nullptr) {
    co_await (*match.handler)(exchange, context);
    co_return;
  }
  const auto path = base::printable(base::excerpt(request.path, 200));
  if (match.allowed_methods.empty()) {
    co_await exchange.respond(error_response(
        {.code = ErrorCode::not_found, .message = fmt::format("there is nothing at {}", path)}));
    co_return;
  }
  exchange.add_response_header("allow", match.allowed_methods);
  co_await exchange.respond(error_response(
      {.code = ErrorCode::method_not_allowed,
       .message = fmt::format("{} can be asked with {} only", path, match.allowed_methods)}));
}

}  // namespace lmbridge::api
