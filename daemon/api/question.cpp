#include "api/question.hpp"

#include "bridge/retry_plan.hpp"
#include "bridge/site_order.hpp"

namespace lmbridge::api {

Result<bridge::Order> Question::order() {
  auto route = find_route(model_, context_.settings, context_.endpoints);
  if (!route) return std::unexpected(std::move(route).error());
  route_.emplace(*std::move(route));
  const auto& endpoint = route_->lease.endpoint();
  decoder_ = {.mode = endpoint.mode, .battle_target = endpoint.battle_target};
  return bridge::site_order(context_.settings.site, endpoint,
                            arena::build_payload(messages_, endpoint, route_->model_id,
                                                 route_->type, context_.ids, context_.clock));
}

std::optional<std::chrono::milliseconds> Question::note_failure(const Error& error) {
  // No session had any part in it.
  if (!route_) return std::nullopt;
  context_.refusals.note_failure(route_->lease.endpoint(), error.code);
  if (error.code == ErrorCode::stale_session_ids) {
    route_->lease.mark_stale();
  } else if (error.code == ErrorCode::rate_limited) {
    using std::chrono::seconds;
    route_->lease.mark_limited(error.retry_after_seconds > 0 ? seconds(error.retry_after_seconds)
                                                             : bridge::RetryPlan::unknown_rest);
  } else if (error.code != ErrorCode::foreign_session) {
    return std::nullopt;
  }
  return fresh_session_in(model_, context_.settings, context_.endpoints);
}

void Question::note_answer() {
  if (route_) context_.refusals.note_answer(route_->lease.endpoint());
}

}  // namespace lmbridge::api
