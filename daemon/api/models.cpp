#include "api/models.hpp"

#include "api/access.hpp"
#include "api/replies.hpp"
#include "api/routing.hpp"

#include <string>

namespace lmbridge::api {
namespace asio = boost::asio;
namespace {

openai::ListedModel listed(std::string_view name, arena::ModelType type, std::int64_t created) {
  return {.id = std::string(name),
          .name = std::string(name),
          .created = created,
          .owned_by = "lmarena",
          // Pictures can be sent to every model; what it makes of them is its own affair.
          .input_modalities = {"text", "image"},
          .output_modalities = {type == arena::ModelType::image ? "image" : "text"}};
}

}  // namespace

std::vector<openai::ListedModel> listed_models(const settings::Settings& settings,
                                               const settings::ApiKey* caller,
                                               std::int64_t created) {
  std::vector<std::string_view> names;
  const auto add = [&](std::string_view name) {
    if (check_model(caller, name)) names.push_back(name);
  };
  for (const auto& model : settings.models.models()) add(model.name);
  for (const auto& pool : settings.endpoints.pools()) {
    if (settings.models.find(pool.model) == nullptr) add(pool.model);
  }
  std::vector<openai::ListedModel> models;
  for (const bool usable : {true, false}) {
    for (const auto name : names) {
      if (why_no_route(name, settings).has_value() == usable) continue;
      models.push_back(listed(name, type_of(name, settings).value(), created));
    }
  }
  return models;
}

std::optional<openai::ListedModel> listed_model(std::string_view name,
                                                const settings::Settings& settings,
                                                std::int64_t created) {
  const auto type = type_of(name, settings);
  return type ? std::optional(listed(name, *type, created)) : std::nullopt;
}

asio::awaitable<void> list_models(http::Exchange& exchange, const Context& context) {
  const auto models =
      listed_models(context.settings, context.caller, base::unix_seconds(context.started));
  co_await exchange.respond(http::json_response(200, openai::model_list_body(models)));
}

asio::awaitable<void> show_model(http::Exchange& exchange, const Context& context) {
  constexpr std::string_view prefix = "/v1/models/";
  const auto path = std::string_view(exchange.request().path).substr(prefix.size());
  // Names may hold slashes, which clients send as they are or percent-encoded.
  const auto name = http::percent_decoded(path).value_or(std::string(path));
  if (const auto may_use = check_model(context.caller, name); !may_use) {
    co_await exchange.respond(error_response(may_use.error()));
    co_return;
  }
  const auto model = listed_model(name, context.settings, base::unix_seconds(context.started));
  if (!model) {
    co_await exchange.respond(error_response(unknown_model(name)));
    co_return;
  }
  co_await exchange.respond(http::json_response(200, openai::model_body(*model)));
}

}  // namespace lmbridge::api
