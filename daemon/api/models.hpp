// GET /v1/models and GET /v1/models/{id}.
#pragma once

#include "api/context.hpp"
#include "http/exchange.hpp"
#include "openai/model_list.hpp"
#include "settings/settings.hpp"

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace lmbridge::api {

boost::asio::awaitable<void> list_models(http::Exchange& exchange, const Context& context);
boost::asio::awaitable<void> show_model(http::Exchange& exchange, const Context& context);

/// The models of models.json and of model_endpoint_map.json, those first that can be asked now,
/// otherwise in the order of the files; only those that `caller` may use (see check_model()).
/// `created` in seconds since 1970.
std::vector<openai::ListedModel> listed_models(const settings::Settings& settings,
                                               const settings::ApiKey* caller,
                                               std::int64_t created);

/// One of them, if there is one of exactly this name.
std::optional<openai::ListedModel> listed_model(std::string_view name,
                                                const settings::Settings& settings,
                                                std::int64_t created);

}  // namespace lmbridge::api
