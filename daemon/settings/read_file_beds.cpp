#include "settings/read_file_beds.hpp"

#include "base/link.hpp"
#include "settings/web_address.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <optional>
#include <variant>

namespace lmbridge::settings {
namespace {

constexpr std::string_view endpoints_key = "file_bed_endpoints";
constexpr std::string_view allowed_url = "an address that begins with https: or http:";

/// As it goes into a form.
std::optional<std::string> text_of(const JsoncNode& node) {
  if (const auto* text = std::get_if<std::string>(&node.value)) return *text;
  if (const auto* number = std::get_if<std::int64_t>(&node.value)) return fmt::to_string(*number);
  if (const auto* flag = std::get_if<bool>(&node.value)) return *flag ? "true" : "false";
  return std::nullopt;
}

void read_fields(Section section, std::vector<std::pair<std::string, std::string>>& fields) {
  for (auto& name : section.names()) {
    auto text = text_of(*section.node(name));
    if (text) {
      fields.emplace_back(std::move(name), *std::move(text));
    } else {
      section.refuse(name, "a string, a whole number, true or false");
    }
  }
}

/// What makes no difference as long as the endpoint is not enabled.
void check(Section& entry, const FileBed& bed) {
  if (!bed.url.empty() && !is_web_address(bed.url)) entry.refuse("url", allowed_url);
  constexpr std::string_view field_name = "the name of a field";
  if (bed.file_field.empty()) entry.refuse("form_file_field", field_name);
  if (bed.api_key_field.empty()) entry.refuse("api_key_field", field_name);
}

void read_link_path(Section& entry, base::JsonPath& path) {
  std::string text;
  if (!entry.read("json_url_key", text)) return;
  auto parsed = base::parse_json_path(text);
  if (parsed) {
    path = *std::move(parsed);
  } else {
    entry.refuse("json_url_key", "a path, e.g. \"data.url\" or \"files[0].url\"");
  }
}

void read_endpoint(Section& entry, std::vector<FileBed>& beds, std::size_t number) {
  // Keys may stand in any of these.
  for (const auto* key : {"url", "api_key", "form_data_fields"}) entry.hide(key);
  FileBed bed;
  entry.read("name", bed.name);
  if (bed.name.empty()) bed.name = fmt::format("file bed {}", number);
  bool enabled = false;
  entry.read("enabled", enabled);
  if (enabled) {
    entry.require("url", bed.url);
  } else {
    entry.read("url", bed.url);
  }
  entry.read("api_key", bed.api_key);
  entry.read("api_key_field", bed.api_key_field);
  entry.read("upload_mode", bed.protocol, {{"form", FileBedProtocol::form}});
  entry.read("form_file_field", bed.file_field);
  read_fields(entry.section("form_data_fields"), bed.fields);
  entry.read("response_type", bed.answer,
             {{"json", FileBedAnswer::json}, {"text", FileBedAnswer::text}});
  read_link_path(entry, bed.link_path);
  if (!enabled) return;
  check(entry, bed);
  beds.push_back(std::move(bed));
}

bool holds_objects_only(const JsoncNode& node) {
  const auto* items = std::get_if<JsoncNode::Items>(&node.value);
  return items != nullptr && std::ranges::all_of(*items, [](const JsoncNode& item) {
           return std::holds_alternative<JsoncNode::Members>(item.value);
         });
}

void read_endpoints(Section& root, std::vector<FileBed>& beds) {
  const auto* node = root.node(endpoints_key);
  // Nobody knows where in it the keys are.
  if (node != nullptr && !holds_objects_only(*node)) root.hide(endpoints_key);
  std::size_t number = 0;
  root.each(endpoints_key, [&](Section& entry) { read_endpoint(entry, beds, ++number); });
}

/// The one endpoint of older configurations, which counts where there is no newer one.
void read_single_endpoint(Section& root, std::vector<FileBed>& beds) {
  root.hide("file_bed_api_key");
  FileBed bed{.name = "file_bed_upload_url", .protocol = FileBedProtocol::json};
  root.read("file_bed_upload_url", bed.url);
  root.read("file_bed_api_key", bed.api_key);
  if (bed.url.empty()) return;
  if (!is_web_address(bed.url)) return root.refuse("file_bed_upload_url", allowed_url);
  if (beds.empty()) beds.push_back(std::move(bed));
}

}  // namespace

void read_file_beds(Section& root, FileBeds& file_beds) {
  root.read("file_bed_enabled", file_beds.enabled);
  root.read("file_bed_selection_strategy", file_beds.strategy,
            {{"random", FileBedStrategy::random},
             {"round_robin", FileBedStrategy::round_robin},
             {"failover", FileBedStrategy::failover}});
  read_endpoints(root, file_beds.beds);
  read_single_endpoint(root, file_beds.beds);
  if (file_beds.enabled && file_beds.beds.empty()) {
    root.warn(
        {"file_bed_enabled"},
        "file_bed_enabled is true, but none of file_bed_endpoints is enabled: attachments are "
        "sent as if it were false");
  }
}

}  // namespace lmbridge::settings
