#include "openai/image_request.hpp"

#include "base/base64.hpp"
#include "base/link.hpp"
#include "base/text.hpp"
#include "openai/content_parts.hpp"
#include "openai/field_rules.hpp"
#include "openai/ignored_fields.hpp"

#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

namespace lmbridge::openai {
namespace json = boost::json;
namespace {

constexpr auto number_rules = std::to_array<NumberRule>({
    {.field = "n", .least = 1, .most = max_images, .whole = true},
    {.field = "output_compression", .least = 0, .most = 100, .whole = true},
    {.field = "partial_images", .least = 0, .most = 3, .whole = true},
});

constexpr std::string_view a_string = "a string";
constexpr auto kind_rules = std::to_array<KindRule>({
    {.field = "prompt", .kind = FieldKind::string, .what = a_string},
    {.field = "response_format", .kind = FieldKind::string, .what = a_string},
    {.field = "output_format", .kind = FieldKind::string, .what = a_string},
    {.field = "size", .kind = FieldKind::string, .what = a_string},
    {.field = "quality", .kind = FieldKind::string, .what = a_string},
    {.field = "style", .kind = FieldKind::string, .what = a_string},
    {.field = "background", .kind = FieldKind::string, .what = a_string},
    {.field = "moderation", .kind = FieldKind::string, .what = a_string},
    {.field = "input_fidelity", .kind = FieldKind::string, .what = a_string},
    {.field = "user", .kind = FieldKind::string, .what = a_string},
    {.field = "stream", .kind = FieldKind::boolean, .what = "true or false"},
});

/// The checked text of `field`; nothing where it is absent.
std::optional<std::string_view> text_of(const json::object& request, std::string_view field) {
  const auto* value = given_field(request, field);
  if (value == nullptr) return std::nullopt;
  return std::string_view(value->get_string());
}

template <class Value, std::size_t Count>
using Words = std::array<std::pair<std::string_view, Value>, Count>;

/// One of a few words; `absent` where there is none.
template <class Value, std::size_t Count>
Result<std::optional<Value>> read_word(const json::object& request, std::string_view field,
                                       const Words<Value, Count>& words) {
  const auto text = text_of(request, field);
  if (!text) return std::nullopt;
  const auto* const found =
      std::ranges::find(words, *text, &Words<Value, Count>::value_type::first);
  if (found != words.end()) return found->second;
  std::string allowed;
  for (const auto& [word, meaning] : words) {
    allowed += fmt::format("{}\"{}\"", allowed.empty() ? "" : ", ", word);
  }
  return fail_param(std::string(field), fmt::format("{} must be one of {}", field, allowed));
}

constexpr Words<ImageResponseFormat, 2> response_formats{
    {{"url", ImageResponseFormat::url}, {"b64_json", ImageResponseFormat::b64_json}}};
constexpr Words<ImageFileFormat, 3> file_formats{{{"png", ImageFileFormat::png},
                                                  {"jpeg", ImageFileFormat::jpeg},
                                                  {"webp", ImageFileFormat::webp}}};

ImageResponseFormat usual_format(std::string_view model) {
  return model.starts_with("gpt-image-") ? ImageResponseFormat::b64_json : ImageResponseFormat::url;
}

Result<void> read_formats(const json::object& request, ImageRequest& parsed) {
  const auto response = read_word(request, "response_format", response_formats);
  if (!response) return std::unexpected(response.error());
  parsed.response_format = response->value_or(usual_format(parsed.model));
  const auto file = read_word(request, "output_format", file_formats);
  if (!file) return std::unexpected(file.error());
  parsed.file_format = *file;
  if (const auto quality = whole_number(request, "output_compression")) {
    parsed.quality = std::max(1, static_cast<int>(*quality));
  }
  return {};
}

Result<void> read_prompt(const json::object& request, ImageRequest& parsed) {
  const auto prompt = text_of(request, "prompt");
  if (!prompt || base::trimmed(*prompt).empty()) {
    return fail_param("prompt", "the prompt is missing: say in it what the picture shall show");
  }
  parsed.prompt = *prompt;
  return {};
}

/// What is asked for and can't be had.
std::optional<Error> refuse_unsupported(const json::object& request) {
  if (flag(request, "stream")) {
    return refuse_field("stream", "pictures can't be streamed: send the request without stream");
  }
  if (given_field(request, "mask") != nullptr) {
    return refuse_field("mask", "the site knows no masks: say in the prompt what is to be changed");
  }
  return std::nullopt;
}

/// Lists what does nothing. Formats mean nothing for a link to what the site has made.
std::vector<std::string> ignored_fields(const json::object& request, const ImageRequest& parsed) {
  static constexpr auto honoured = std::to_array<std::string_view>(
      {"model", "prompt", "n", "response_format", "stream", "image", "images", "image[]"});
  const bool is_converted = parsed.response_format == ImageResponseFormat::b64_json;
  IgnoredFields ignored(max_ignored);
  for (const auto& [key, value] : request) {
    const std::string_view field = key;
    const bool is_format = field == "output_format" || field == "output_compression";
    const bool acted_upon =
        std::ranges::find(honoured, field) != honoured.end() || (is_format && is_converted);
    if (!acted_upon && !value.is_null()) ignored.add("", field);
  }
  return ignored.names();
}

Result<ImageRequest> parse(const json::object& request, const RequestLimits& limits) {
  ImageRequest parsed;
  auto model = parse_model(request, limits.model_name_bytes);
  if (!model) return std::unexpected(std::move(model.error()));
  parsed.model = *std::move(model);
  if (auto error = check_fields(request, kind_rules, number_rules)) {
    return std::unexpected(*std::move(error));
  }
  if (auto error = refuse_unsupported(request)) return std::unexpected(*std::move(error));
  if (auto read = read_prompt(request, parsed); !read) return std::unexpected(read.error());
  if (auto read = read_formats(request, parsed); !read) return std::unexpected(read.error());
  parsed.n = whole_number(request, "n").value_or(1);
  parsed.ignored = ignored_fields(request, parsed);
  return parsed;
}

/// Pictures to edit, from links in JSON.
class ImageLinks {
 public:
  ImageLinks(std::vector<ChatAttachment>& images, const RequestLimits& limits)
      : images_(images), limits_(limits) {}

  /// A link, an object with one as `image_url`, or a list of either.
  Result<void> add(json::value& value, const std::string& path) {
    auto* list = value.if_array();
    if (list == nullptr) return add_one(value, path);
    for (std::size_t i = 0; i < list->size(); ++i) {
      if (auto added = add_one((*list)[i], fmt::format("{}[{}]", path, i)); !added) return added;
    }
    return {};
  }

  Result<void> add_link(std::string link, std::string name, const std::string& path) {
    if (images_.size() == max_edited_images) {
      return fail_param(
          path, fmt::format("at most {} pictures can be edited at once", max_edited_images));
    }
    auto normal = base::normalize_link(link, {.allow_http = limits_.allow_http_links});
    if (!normal) {
      normal.error().param = path;
      return normal;
    }
    images_.push_back({.url = std::move(link), .name = std::move(name), .is_picture = true});
    return {};
  }

 private:
  Result<void> add_one(json::value& value, std::string path) {
    auto* link = &value;
    if (auto* object = value.if_object()) {
      path += ".image_url";
      link = object->if_contains("image_url");
    }
    if (link == nullptr || !link->is_string()) {
      return fail_param(path, "a picture must be a https: or data: link");
    }
    return add_link(take(link->get_string()), {}, path);
  }

  std::vector<ChatAttachment>& images_;
  const RequestLimits& limits_;
};

Result<void> require_images(const ImageRequest& request) {
  if (!request.images.empty()) return {};
  return fail_param("image", "the picture to edit is missing");
}

/// The value of a text field, which in a form has no type.
json::value typed(std::string_view name, std::string_view text) {
  const auto is_number = [name](const NumberRule& rule) { return rule.field == name; };
  if (name != "stream" && std::ranges::none_of(number_rules, is_number)) return json::string(text);
  boost::system::error_code error;
  auto value = json::parse(text, error);
  return error ? json::value(json::string(text)) : std::move(value);
}

/// The field's name without the brackets that stand for a list.
std::string_view plain_name(std::string_view name) {
  return name.ends_with("[]") ? name.substr(0, name.size() - 2) : name;
}

Result<json::object> parse_object(std::string_view body, const RequestLimits& limits) {
  auto document = base::parse_strict_json(body, limits.json);
  if (!document) return std::unexpected(std::move(document.error()));
  auto* object = document->if_object();
  if (object == nullptr) return fail_param("", "the body must be a JSON object");
  return std::move(*object);
}

}  // namespace

Result<ImageRequest> parse_image_generation(std::string_view body, const RequestLimits& limits) {
  const auto request = parse_object(body, limits);
  if (!request) return std::unexpected(request.error());
  for (const std::string_view field : {"image", "images"}) {
    if (given_field(*request, field) == nullptr) continue;
    return fail_param(std::string(field), "pictures are edited with POST /v1/images/edits");
  }
  return parse(*request, limits);
}

Result<ImageRequest> parse_image_edit(std::string_view body, const RequestLimits& limits) {
  auto request = parse_object(body, limits);
  if (!request) return std::unexpected(std::move(request.error()));
  auto parsed = parse(*request, limits);
  if (!parsed) return parsed;
  ImageLinks images(parsed->images, limits);
  for (const std::string_view field : {"image", "images"}) {
    auto* value = request->if_contains(field);
    if (value == nullptr || value->is_null()) continue;
    if (auto added = images.add(*value, std::string(field)); !added) {
      return std::unexpected(std::move(added.error()));
    }
  }
  if (auto has_images = require_images(*parsed); !has_images) {
    return std::unexpected(std::move(has_images.error()));
  }
  return parsed;
}

Result<ImageRequest> parse_image_edit_form(std::span<const ImageFormField> fields,
                                           const RequestLimits& limits) {
  json::object request;
  for (const auto& field : fields) {
    if (!base::is_valid_utf8(field.name) ||
        (!field.filename && !base::is_valid_utf8(field.content))) {
      return fail_param("", "the texts of a form must be valid UTF-8");
    }
    request[field.name] = field.filename ? json::value(true) : typed(field.name, field.content);
  }
  auto parsed = parse(request, limits);
  if (!parsed) return parsed;
  ImageLinks images(parsed->images, limits);
  for (const auto& field : fields) {
    if (plain_name(field.name) != "image") continue;
    const std::string path(field.name);
    if (!field.filename || field.content.empty()) {
      return fail_param(path, "a picture must be a file that is not empty");
    }
    auto link = "data:application/octet-stream;base64," + base::base64_encoded(field.content);
    auto added = images.add_link(std::move(link), std::string(*field.filename), path);
    if (!added) return std::unexpected(std::move(added.error()));
  }
  if (auto has_images = require_images(*parsed); !has_images) {
    return std::unexpected(std::move(has_images.error()));
  }
  return parsed;
}

}  // namespace lmbridge::openai
