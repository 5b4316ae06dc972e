#include "control/model_update.hpp"

#include "arena/model_list.hpp"
#include "bridge/page_models.hpp"
#include "control/file_change.hpp"
#include "control/news.hpp"
#include "control/pages.hpp"
#include "control/replies.hpp"
#include "settings/model_edits.hpp"

#include <boost/json/array.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <utility>

namespace lmbridge::control {
namespace json = boost::json;
namespace fs = std::filesystem;
using boost::asio::awaitable;
using std::chrono::steady_clock;

namespace {

constexpr std::chrono::seconds reading_limit{30};
/// When it has failed.
constexpr std::chrono::minutes soon_again{15};
/// Longer than any interval.
constexpr std::chrono::hours long_ago{24 * 366};

/// What the first page that shows the site lists.
awaitable<Result<bridge::PageModels>> read_models(const Context& context) {
  for (const auto& page : context.parts.bridge.pages()) {
    if (page->state() != bridge::PageState::ready || page->target_id().empty()) continue;
    const auto entered = co_await enter_page(context, page->target_id());
    if (!entered) co_return std::unexpected(entered.error());
    co_return co_await bridge::read_page_models(**entered, reading_limit);
  }
  co_return fail(ErrorCode::page_not_ready,
                 "no page shows the site now, so its list of models "
                 "can't be read: lmbridgectl wait --ready");
}

/// Into models.json.
awaitable<Result<void>> apply(const arena::ModelDifference& difference, bool removes,
                              const Context& context) {
  const auto edit = [&](std::string_view text, const settings::JsoncNode&) {
    return settings::with_models(text, difference, removes);
  };
  auto changed = co_await change_file(context, context.parts.reloader.paths().models, edit);
  if (!changed) co_return std::unexpected(std::move(changed.error()));
  co_return Result<void>();
}

/// When the list was last written, on the clock that does not jump.
steady_clock::time_point last_update(const Context& context) {
  std::error_code error;
  const auto written = fs::last_write_time(available_models_file(context), error);
  if (error) return steady_clock::now() - long_ago;
  const auto age = fs::file_time_type::clock::now() - written;
  return steady_clock::now() - std::chrono::duration_cast<steady_clock::duration>(age);
}

std::chrono::hours refresh_interval(const Context& context) {
  return std::chrono::hours(context.parts.settings.current()->model_refresh_hours);
}

awaitable<void> wait_until_ready(const Context& context) {
  auto& bridge = context.parts.bridge;
  BridgeNews news(context.executor, bridge);
  while (bridge.readiness().state != bridge::BridgeState::ready) {
    co_await news.wait_until(steady_clock::time_point::max());
  }
}

}  // namespace

fs::path available_models_file(const Context& context) {
  return context.parts.reloader.paths().models.parent_path() / "available_models.json";
}

awaitable<Result<json::object>> update_models(ModelUpdate wish, const Context& context) {
  auto listed = co_await read_models(context);
  if (!listed) co_return std::unexpected(std::move(listed.error()));
  const auto file = available_models_file(context);
  const auto count = listed->models.size();
  const auto difference = arena::compare(context.parts.settings.current()->models, listed->models);
  auto done = co_await context.worker.run([file, models = std::move(listed->models)] {
    return bridge::write_available_models(file, models);
  });
  const bool changes = !difference.added.empty() || !difference.changed.empty() ||
                       (wish.remove && !difference.removed.empty());
  if (done && wish.apply && changes) done = co_await apply(difference, wish.remove, context);
  if (!done) co_return std::unexpected(std::move(done.error()));
  co_return json::object{{"listed", count},
                         {"available_file", file.string()},
                         {"file", context.parts.reloader.paths().models.string()},
                         {"added", difference.added.size()},
                         {"removed", difference.removed.size()},
                         {"changed", difference.changed.size()},
                         {"difference", to_array(settings::describe(difference))},
                         {"applied", wish.apply}};
}

awaitable<Result<Reply>> update_models(const http::Request& request, const Context& context) {
  constexpr std::array<std::string_view, 2> members{"apply", "remove"};
  const auto body = object_in_body(request, members);
  if (!body) co_return std::unexpected(body.error());
  const auto applies = flag_in(*body, "apply", false);
  if (!applies) co_return std::unexpected(applies.error());
  const auto removes = flag_in(*body, "remove", false);
  if (!removes) co_return std::unexpected(removes.error());
  auto updated = co_await update_models({.apply = *applies, .remove = *removes}, context);
  if (!updated) co_return std::unexpected(std::move(updated.error()));
  co_return Reply{.body = *std::move(updated)};
}

awaitable<void> keep_models_fresh(const Context& context) {
  base::Condition replaced(context.executor);
  const settings::LiveSettings::Listener listener(context.parts.settings, replaced);
  auto not_before = steady_clock::time_point::min();
  for (;;) {
    const auto interval = refresh_interval(context);
    // Somebody may have asked for it meanwhile.
    const auto due = interval.count() == 0 ? steady_clock::time_point::max()
                                           : std::max(last_update(context) + interval, not_before);
    if (steady_clock::now() < due) {
      co_await replaced.wait_until(due);
      continue;
    }
    co_await wait_until_ready(context);
    const auto updated = co_await update_models({.apply = true}, context);
    if (!updated) {
      not_before = steady_clock::now() + soon_again;
      context.parts.log.warning("the site's list of models could not be taken over",
                                {{"reason", base::describe_chain(updated.error())}});
      continue;
    }
    context.parts.log.info(
        "the site's list of models was read",
        {{"listed", updated->at("listed").to_number<std::size_t>()},
         {"added", updated->at("added").to_number<std::size_t>()},
         {"changed", updated->at("changed").to_number<std::size_t>()},
         {"not_listed_any_more", updated->at("removed").to_number<std::size_t>()}});
  }
}

}  // namespace lmbridge::control
