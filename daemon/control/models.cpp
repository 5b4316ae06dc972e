#include "control/models.hpp"

#include "base/text.hpp"
#include "control/file_change.hpp"
#include "control/replies.hpp"
#include "settings/edit.hpp"

#include <fmt/format.h>

#include <array>
#include <utility>

namespace lmbridge::control {
namespace json = boost::json;
using boost::asio::awaitable;
using settings::JsoncNode;
using settings::Step;

namespace {

constexpr std::string_view prefix = "/models/";

json::object describe(std::string_view name, const settings::Settings& settings,
                      const Context& context) {
  const auto* model = settings.models.find(name);
  const auto* pool = settings.endpoints.find(name);
  json::object described{{"name", name}, {"id", nullptr}, {"type", nullptr}};
  if (model != nullptr) {
    if (model->id) described["id"] = *model->id;
    described["type"] = arena::name(model->type);
  }
  described["sessions"] = pool == nullptr ? json::value() : json::value(pool->entries.size());
  const auto why = context.parts.why_unusable(name, settings);
  described["usable"] = !why;
  if (why) described["reason"] = why->message;
  return described;
}

/// What stands behind the model's name in models.json.
Result<std::string> read_value(const json::object& body) {
  std::string value = "null";
  for (const auto* member : {"id", "type"}) {
    const auto* given = body.if_contains(member);
    if (given == nullptr || given->is_null()) continue;
    const auto text = text_in(body, member);
    if (!text) return std::unexpected(text.error());
    value = std::string_view(member) == "id" ? *text : fmt::format("{}:{}", value, *text);
  }
  return value;
}

bool wants_replacement(const json::object& body) {
  const auto* replace = body.if_contains("replace");
  return replace != nullptr && *replace == json::value(true);
}

}  // namespace

awaitable<Result<Reply>> list_models(const http::Request&, const Context& context) {
  const auto settings = context.parts.settings.current();
  json::array models;
  for (const auto& model : settings->models.models()) {
    models.push_back(describe(model.name, *settings, context));
  }
  for (const auto& pool : settings->endpoints.pools()) {
    if (settings->models.find(pool.model) != nullptr) continue;
    models.push_back(describe(pool.model, *settings, context));
  }
  co_return Reply{.body = {{"models", std::move(models)}}};
}

awaitable<Result<Reply>> add_model(const http::Request& request, const Context& context) {
  constexpr std::array<std::string_view, 4> members{"name", "id", "type", "replace"};
  const auto body = object_in_body(request, members);
  if (!body) co_return std::unexpected(body.error());
  const auto name = text_in(*body, "name");
  if (!name) co_return std::unexpected(name.error());
  const auto value = read_value(*body);
  if (!value) co_return std::unexpected(value.error());
  const auto edit = [&](std::string_view text, const JsoncNode& root) -> Result<std::string> {
    if (settings::find_member(root, *name) != nullptr && !wants_replacement(*body)) {
      return fail(
          ErrorCode::invalid_request,
          fmt::format("there is a model called {} already: replace it (\"replace\": true, or "
                      "--replace), or choose another name",
                      base::quoted(*name)));
    }
    const settings::Edit change{.path = {*name}, .value = json::value(*value)};
    return settings::edit(text, std::span(&change, 1));
  };
  auto changed = co_await change_file(context, context.parts.reloader.paths().models, edit);
  if (!changed) co_return std::unexpected(std::move(changed.error()));
  auto described = describe(*name, *context.parts.settings.current(), context);
  described["file"] = changed->at("file");
  co_return Reply{.status = 201, .body = std::move(described)};
}

awaitable<Result<Reply>> remove_model(const http::Request& request, const Context& context) {
  const auto name = name_in_path(request, prefix);
  if (!name) co_return std::unexpected(name.error());
  const auto edit = [&](std::string_view text, const JsoncNode& root) -> Result<std::string> {
    if (settings::find_member(root, *name) == nullptr) {
      return fail(ErrorCode::not_found, fmt::format("models.json has no model called {}",
                                                    base::quoted(base::excerpt(*name, 100))));
    }
    return settings::remove(text, std::array<Step, 1>{*name});
  };
  auto changed = co_await change_file(context, context.parts.reloader.paths().models, edit);
  if (!changed) co_return std::unexpected(std::move(changed.error()));
  co_return Reply{.body = {{"name", *name}, {"removed", true}, {"file", changed->at("file")}}};
}

}  // namespace lmbridge::control
