#include "openai/model_list.hpp"

#include "base/text.hpp"

#include <fmt/format.h>

#include <iterator>

namespace lmbridge::openai {
namespace {

void append_strings(std::string& out, std::span<const std::string> strings) {
  out += '[';
  for (const auto& string : strings) {
    if (&string != strings.data()) out += ',';
    base::append_json_string(out, string);
  }
  out += ']';
}

void append_model(std::string& out, const ListedModel& model) {
  out += "{\"id\":";
  base::append_json_string(out, model.id);
  fmt::format_to(std::back_inserter(out), R"(,"object":"model","created":{},"owned_by":)",
                 model.created);
  base::append_json_string(out, model.owned_by);
  out += ",\"name\":";
  base::append_json_string(out, model.name.empty() ? model.id : model.name);
  if (!model.input_modalities.empty() || !model.output_modalities.empty()) {
    out += R"(,"architecture":{"input_modalities":)";
    append_strings(out, model.input_modalities);
    out += ",\"output_modalities\":";
    append_strings(out, model.output_modalities);
    out += '}';
  }
  out += '}';
}

}  // namespace

std::string model_list_body(std::span<const ListedModel> models) {
  std::string body = R"({"object":"list","data":[)";
  for (const auto& model : models) {
    if (&model != models.data()) body += ',';
    append_model(body, model);
  }
  body += "]}";
  return body;
}

std::string model_body(const ListedModel& model) {
  std::string body;
  append_model(body, model);
  return body;
}

}  // namespace lmbridge::openai
