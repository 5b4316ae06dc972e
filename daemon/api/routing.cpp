#include "api/routing.hpp"

#include "base/text.hpp"

#include <fmt/format.h>

#include <span>
#include <utility>

namespace lmbridge::api {
namespace {

/// What the files say of a model; either may say nothing.
struct Known {
  const arena::Model* model;
  const arena::Pool* pool;

  Known(std::string_view name, const settings::Settings& settings)
      : model(settings.models.find(name)), pool(settings.endpoints.find(name)) {}

  [[nodiscard]] bool anything() const { return model != nullptr || pool != nullptr; }

  [[nodiscard]] arena::ModelType type(std::optional<arena::ModelType> of_session) const {
    return of_session.value_or(model == nullptr ? arena::ModelType::text : model->type);
  }
};

bool has_default_endpoint(const settings::Settings& settings) {
  const auto& endpoint = settings.default_endpoint;
  return !endpoint.session_id.empty() && !endpoint.message_id.empty();
}

Error no_session_in_pool(std::string_view name) {
  return {.code = ErrorCode::session_ids_missing,
          .message = fmt::format("the model {} has only placeholders in model_endpoint_map.json: "
                                 "write the session_id and message_id of a session there, or "
                                 "remove its entry",
                                 base::quoted(base::excerpt(name, 100)))};
}

Error no_session_of_its_own(std::string_view name) {
  return {.code = ErrorCode::invalid_request,
          .message = fmt::format(
              "the model {} has no session of its own and may not use the default one: add it to "
              "model_endpoint_map.json, or set use_default_ids_if_mapping_not_found to true",
              base::quoted(base::excerpt(name, 100))),
          .param = "model"};
}

Error no_default_session() {
  return {.code = ErrorCode::session_ids_missing,
          .message =
              "the daemon has no session to ask in: set session_id and message_id in "
              "config.jsonc"};
}

/// Why there is no session for the model, if so.
std::optional<Error> missing_session(std::string_view name, const Known& known,
                                     const settings::Settings& settings) {
  if (known.pool != nullptr) {
    return known.pool->entries.empty() ? std::optional(no_session_in_pool(name)) : std::nullopt;
  }
  if (!settings.use_default_endpoint) return no_session_of_its_own(name);
  if (!has_default_endpoint(settings)) return no_default_session();
  return std::nullopt;
}

/// The default session as a pool of one.
arena::PoolEntry default_entry(const settings::Settings& settings) {
  return {.endpoint = settings.default_endpoint};
}

}  // namespace

std::optional<Error> why_no_route(std::string_view model, const settings::Settings& settings) {
  const Known known(model, settings);
  if (!known.anything()) return unknown_model(model);
  return missing_session(model, known, settings);
}

Result<Route> find_route(std::string_view model, const settings::Settings& settings,
                         arena::EndpointSelector& endpoints) {
  if (auto error = why_no_route(model, settings)) return std::unexpected(*std::move(error));
  const Known known(model, settings);
  const auto by_default = default_entry(settings);
  // All models share the default session, so they share its turn.
  auto lease = known.pool != nullptr ? endpoints.take(model, known.pool->entries)
                                     : endpoints.take("", std::span(&by_default, 1));
  if (!lease) return std::unexpected(std::move(lease).error());
  const auto type = known.type(lease->type());
  return Route{.lease = *std::move(lease),
               .model_id = known.model == nullptr ? std::nullopt : known.model->id,
               .type = type};
}

std::optional<std::chrono::milliseconds> fresh_session_in(
    std::string_view model, const settings::Settings& settings,
    const arena::EndpointSelector& endpoints) {
  const Known known(model, settings);
  if (known.pool != nullptr) return endpoints.fresh_in(known.pool->entries);
  const auto by_default = default_entry(settings);
  return endpoints.fresh_in(std::span(&by_default, 1));
}

std::optional<arena::ModelType> type_of(std::string_view model,
                                        const settings::Settings& settings) {
  const Known known(model, settings);
  if (!known.anything()) return std::nullopt;
  const bool has_session = known.pool != nullptr && !known.pool->entries.empty();
  return known.type(has_session ? known.pool->entries.front().type : std::nullopt);
}

Error unknown_model(std::string_view name) {
  return {.code = ErrorCode::model_not_found,
          .message = fmt::format("the model {} is neither in models.json nor in "
                                 "model_endpoint_map.json; GET /v1/models lists those that are",
                                 base::quoted(base::excerpt(name, 100))),
          .param = "model"};
}

}  // namespace lmbridge::api
