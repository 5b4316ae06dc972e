#include "control/ids.hpp"

#include "base/text.hpp"
#include "bridge/page_models.hpp"
#include "bridge/session_trial.hpp"
#include "control/file_change.hpp"
#include "control/pages.hpp"
#include "control/replies.hpp"
#include "http/query.hpp"
#include "settings/id_edits.hpp"

#include <boost/json/array.hpp>
#include <fmt/format.h>

#include <array>
#include <utility>
#include <vector>

namespace lmbridge::control {
namespace json = boost::json;
using boost::asio::awaitable;

namespace {

constexpr std::string_view prefix = "/ids/";

/// The longest that the answer to a tiny question is waited for.
constexpr std::chrono::seconds trial_limit{120};

/// What a page is asked on the way, which must not hold anything up.
constexpr std::chrono::seconds glance{3};

json::object describe(const arena::Endpoint& endpoint, const arena::IdOrigin& origin,
                      const std::optional<std::string>& account,
                      const arena::SessionRefusals& refusals) {
  const bool is_battle = endpoint.mode == arena::Mode::battle;
  return {{"session_id", endpoint.session_id},
          {"message_id", endpoint.message_id},
          {"mode", is_battle ? "battle" : "direct_chat"},
          {"battle_target",
           is_battle ? json::value(endpoint.battle_target == 'b' ? "B" : "A") : json::value()},
          {"captured_at", text_or_null(origin.captured_at)},
          {"account", text_or_null(origin.account)},
          {"stale", text_or_null(why_stale(endpoint, origin, account, refusals))}};
}

bool has_default(const settings::Settings& settings) {
  return !settings.default_endpoint.session_id.empty() &&
         !settings.default_endpoint.message_id.empty();
}

/// A session that is to be tried, and the model that it answers for.
struct Trial {
  std::string model;
  arena::PoolEntry session;
};

Result<std::vector<Trial>> default_trial(const settings::Settings& settings) {
  if (!has_default(settings)) {
    return fail(ErrorCode::session_ids_missing,
                "there are no default ids yet: lmbridgectl ids capture");
  }
  return std::vector<Trial>{{.model = "", .session = {.endpoint = settings.default_endpoint}}};
}

Result<std::vector<Trial>> trials_of(const std::string& model, const settings::Settings& settings) {
  const auto* pool = settings.endpoints.find(model);
  if (pool == nullptr || pool->entries.empty()) {
    return fail(ErrorCode::not_found,
                fmt::format("{} has no session of its own in model_endpoint_map.json",
                            base::quoted(base::excerpt(model, 100))));
  }
  std::vector<Trial> trials;
  trials.reserve(pool->entries.size());
  for (const auto& entry : pool->entries) trials.push_back({.model = model, .session = entry});
  return trials;
}

std::vector<Trial> all_trials(const settings::Settings& settings) {
  std::vector<Trial> trials;
  if (auto first = default_trial(settings)) trials = *std::move(first);
  for (const auto& pool : settings.endpoints.pools()) {
    for (const auto& entry : pool.entries)
      trials.push_back({.model = pool.model, .session = entry});
  }
  return trials;
}

Result<std::vector<Trial>> trials_in(const http::Request& request,
                                     const settings::Settings& settings) {
  constexpr std::array<std::string_view, 2> members{"model", "all"};
  const auto body = object_in_body(request, members);
  if (!body) return std::unexpected(body.error());
  if (body->contains("model")) {
    const auto model = text_in(*body, "model");
    if (!model) return std::unexpected(model.error());
    return trials_of(*model, settings);
  }
  const auto* all = body->if_contains("all");
  if (all == nullptr || *all != json::value(true)) return default_trial(settings);
  auto trials = all_trials(settings);
  if (trials.empty()) {
    return fail(ErrorCode::session_ids_missing, "there are no ids yet: lmbridgectl ids capture");
  }
  return trials;
}

json::object describe(const Trial& trial, const Result<bridge::TrialAnswer>& answer) {
  json::object described{{"model", text_or_null(trial.model)},
                         {"session_id", trial.session.endpoint.session_id},
                         {"answer", nullptr},
                         {"milliseconds", nullptr},
                         {"error", nullptr}};
  if (answer) {
    described["answer"] = valid_text(answer->text);
    described["milliseconds"] = answer->took.count();
  } else {
    described["error"] = error_object(answer.error());
  }
  return described;
}

}  // namespace

std::string why_stale(const arena::Endpoint& endpoint, const arena::IdOrigin& origin,
                      const std::optional<std::string>& account,
                      const arena::SessionRefusals& refusals) {
  if (!origin.account.empty() && account && origin.account != *account) {
    return fmt::format("captured as another account ({}); {} is signed in now", origin.account,
                       *account);
  }
  const auto* refusal = refusals.find(endpoint);
  if (refusal == nullptr) return "";
  return fmt::format("{} at {}",
                     refusal->why == ErrorCode::foreign_session
                         ? "the site took them for another account's"
                         : "the site did not know them",
                     base::iso_8601(refusal->when));
}

awaitable<Result<bridge::TrialAnswer>> try_session(const Context& context, std::string model,
                                                   arena::PoolEntry session) {
  const auto& parts = context.parts;
  // They are kept as they are until the answer has come.
  const auto settings = parts.settings.current();
  co_return co_await bridge::try_session({.executor = context.executor,
                                          .admission = parts.bridge,
                                          .settings = *settings,
                                          .ids = parts.ids,
                                          .clock = parts.clock,
                                          .refusals = parts.refusals},
                                         std::move(model), std::move(session), trial_limit);
}

awaitable<std::optional<std::string>> account_now(const Context& context) {
  for (const auto& page : context.parts.bridge.pages()) {
    if (page->state() != bridge::PageState::ready || page->target_id().empty()) continue;
    const auto entered = co_await enter_page(context, page->target_id());
    if (!entered) break;
    auto mark = co_await bridge::read_account_mark(**entered, glance);
    if (mark) co_return *std::move(mark);
    break;
  }
  co_return std::nullopt;
}

awaitable<Result<Reply>> list_ids(const http::Request&, const Context& context) {
  const auto account = co_await account_now(context);
  const auto settings = context.parts.settings.current();
  json::array models;
  for (const auto& pool : settings->endpoints.pools()) {
    json::array sessions;
    for (const auto& entry : pool.entries) {
      sessions.push_back(describe(entry.endpoint, entry.origin, account, context.parts.refusals));
    }
    models.push_back({{"model", pool.model}, {"sessions", std::move(sessions)}});
  }
  json::object body{{"account", account ? json::value(*account) : json::value()},
                    {"default", nullptr},
                    {"models", std::move(models)}};
  if (has_default(*settings)) {
    body["default"] = describe(settings->default_endpoint, settings->default_ids_origin, account,
                               context.parts.refusals);
  }
  co_return Reply{.body = std::move(body)};
}

awaitable<Result<Reply>> remove_ids(const http::Request& request, const Context& context) {
  const auto model = name_in_path(request, prefix);
  if (!model) co_return std::unexpected(model.error());
  const auto session = http::query_text(request.query, "session");
  if (!session) co_return std::unexpected(session.error());
  std::vector<std::string> changes;
  const auto edit = [&](std::string_view text, const settings::JsoncNode&) -> Result<std::string> {
    auto edited = settings::without_model_ids(text, *model, session->value_or(""));
    if (!edited) return std::unexpected(std::move(edited.error()));
    changes = std::move(edited->changes);
    return std::move(edited->text);
  };
  auto changed = co_await change_file(context, context.parts.reloader.paths().endpoints, edit);
  if (!changed) co_return std::unexpected(std::move(changed.error()));
  co_return Reply{
      .body = {{"model", *model}, {"file", changed->at("file")}, {"changes", to_array(changes)}}};
}

awaitable<Result<void>> test_ids(const http::Request& request, const Context& context,
                                 EventStream& events) {
  const auto settings = context.parts.settings.current();
  const auto trials = trials_in(request, *settings);
  if (!trials) co_return std::unexpected(trials.error());
  std::size_t good = 0;
  for (const auto& trial : *trials) {
    const auto answer = co_await try_session(context, trial.model, trial.session);
    good += answer ? 1 : 0;
    auto said = co_await events.say("tested", describe(trial, answer));
    if (!said) co_return said;
  }
  co_return co_await events.say("done", {{"good", good}, {"bad", trials->size() - good}});
}

}  // namespace lmbridge::control
