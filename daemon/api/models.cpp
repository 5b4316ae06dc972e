#include "api/models.hpp"

#include "api/replies.hpp"
#include "base/text.hpp"
#include "openai/model_list.hpp"

#include <fmt/format.h>

namespace lmbridge::api {
namespace asio = boost::asio;
namespace {

openai::ListedModel listed(const arena::Model& model, const Context& context) {
  return {.id = model.name,
          .name = model.name,
          .created = base::unix_seconds(context.started),
          .owned_by = "lmarena",
          .input_modalities = {"text"},
          .output_modalities = {model.type == arena::ModelType::image ? "image" : "text"}};
}

}  // namespace

Error unknown_model(std::string_view name) {
  return {.code = ErrorCode::model_not_found,
          .message = fmt::format("the model {} is not in models.json; GET /v1/models lists those "
                                 "that are",
                                 base::quoted(base::excerpt(name, 100))),
          .param = "model"};
}

asio::awaitable<void> list_models(http::Exchange& exchange, const Context& context) {
  std::vector<openai::ListedModel> models;
  for (const auto& model : context.settings.models.models())
    models.push_back(listed(model, context));
  co_await exchange.respond(http::json_response(200, openai::model_list_body(models)));
}

asio::awaitable<void> show_model(http::Exchange& exchange, const Context& context) {
  constexpr std::string_view prefix = "/v1/models/";
  const std::string_view path = exchange.request().path;
  // Names may hold slashes, which clients send as they are or percent-encoded.
  const auto name = http::percent_decoded(path.substr(prefix.size()));
  const auto* model = name ? context.settings.models.find(*name) : nullptr;
  if (model == nullptr) {
    co_await exchange.respond(
        error_response(unknown_model(name.value_or(std::string(path.substr(prefix.size()))))));
    co_return;
  }
  co_await exchange.respond(http::json_response(200, openai::model_body(listed(*model, context))));
}

}  // namespace lmbridge::api
