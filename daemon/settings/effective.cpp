#include "settings/effective.hpp"

#include "settings/json_value.hpp"
#include "settings/shipped.hpp"

#include <boost/json/array.hpp>

#include <algorithm>
#include <array>
#include <charconv>

namespace lmbridge::settings {
namespace json = boost::json;
namespace {

json::object parse_object(std::string_view text) {
  const auto parsed = parse_jsonc(text);
  auto value = parsed ? to_json(*parsed) : json::value(json::object());
  return value.is_object() ? std::move(value.as_object()) : json::object();
}

/// Whose members have names that their owner gives.
bool is_whole(std::string_view key) {
  return key == "bypass_injection";
}

/// Lays `given` over the defaults.
void lay_over(json::object& defaults, const json::object& given) {
  for (auto& [key, value] : defaults) {
    const auto* own = given.if_contains(key);
    if (own == nullptr) continue;
    if (value.is_object() && own->is_object() && !is_whole(key)) {
      lay_over(value.as_object(), own->as_object());
    } else {
      value = *own;
    }
  }
}

/// A key that the predecessor had in another place, where it wins.
void lay_over_cache_size(json::object& effective, const json::object& given) {
  constexpr std::string_view key = "image_cache_max_size";
  const auto size = find_value(given, "memory_management.cache_config.image_cache_max_size");
  if (!size) return;
  auto& section = effective["memory_management"].as_object();
  section["cache_config"] = json::object{{key, *size}};
  section[key] = *size;
}

void hide(json::value& value) {
  if (value.is_string() && !value.as_string().empty()) value = hidden;
  if (value.is_array()) std::ranges::for_each(value.as_array(), hide);
  if (value.is_object()) {
    for (auto& member : value.as_object()) hide(member.value());
  }
}

/// Hides all members of the objects in an array but those that are `shown`.
template <std::size_t N>
void hide_in_items(json::value& items, const std::array<std::string_view, N>& shown) {
  if (!items.is_array()) return hide(items);
  for (auto& item : items.as_array()) {
    if (!item.is_object()) {
      hide(item);
      continue;
    }
    for (auto& [key, value] : item.as_object()) {
      if (std::ranges::find(shown, std::string_view(key)) == shown.end()) hide(value);
    }
  }
}

void hide_secrets(json::object& config) {
  for (const auto* key : {"api_key", "file_bed_api_key", "file_bed_upload_url"}) hide(config[key]);
  hide_in_items(config["api_keys"], std::array<std::string_view, 2>{"name", "models"});
  // Addresses and fields of file beds may hold keys.
  hide_in_items(
      config["file_bed_endpoints"],
      std::array<std::string_view, 7>{"name", "enabled", "api_key_field", "upload_mode",
                                      "form_file_field", "response_type", "json_url_key"});
  hide(config["file_bed_server"].as_object()["api_key"]);
  // Proxies have passwords.
  hide(config["browser"].as_object()["args"]);
}

std::optional<std::size_t> index_of(std::string_view step) {
  std::size_t index = 0;
  const auto* begin = step.data();
  const auto* end = begin + step.size();
  const auto [stop, error] = std::from_chars(begin, end, index);
  return error == std::errc() && stop == end ? std::optional(index) : std::nullopt;
}

const json::value* descend(const json::value& value, std::string_view step) {
  if (value.is_object()) return value.as_object().if_contains(step);
  const auto index = index_of(step);
  return value.is_array() && index ? value.as_array().if_contains(*index) : nullptr;
}

}  // namespace

json::object effective_config(std::string_view config) {
  auto effective = parse_object(shipped_config);
  // These are no defaults but examples.
  effective["session_id"] = effective["message_id"] = "";
  const auto given = parse_object(config);
  lay_over(effective, given);
  lay_over_cache_size(effective, given);
  hide_secrets(effective);
  return effective;
}

std::optional<json::value> find_value(const json::object& config, std::string_view path) {
  json::value found = config;
  for (;;) {
    const auto dot = path.find('.');
    const auto* next = descend(found, path.substr(0, dot));
    if (next == nullptr) return std::nullopt;
    // Not in one step: the value lies in what it is assigned to.
    json::value copy = *next;
    found = std::move(copy);
    if (dot == std::string_view::npos) return found;
    path.remove_prefix(dot + 1);
  }
}

}  // namespace lmbridge::settings
