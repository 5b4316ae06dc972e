#include "settings/changes.hpp"

#include "settings/jsonc.hpp"

#include <algorithm>
#include <array>
#include <set>
#include <string_view>

namespace lmbridge::settings {
namespace {

/// Keys that begin with one of these take effect at the next start; keep_start_settings() knows
/// the same.
constexpr auto start_keys = std::to_array<std::string_view>(
    {"browser.", "control.", "file_bed_server.", "logging.", "media.library_",
     "server.body_limit_mb", "server.body_timeout_seconds", "server.header_timeout_seconds",
     "server.idle_timeout_seconds", "server.listen", "server.max_connections", "server.max_waiting",
     "server.write_timeout_seconds", "site.origin", "site.page_path"});

bool is_start_key(std::string_view key) {
  return std::ranges::any_of(start_keys,
                             [key](std::string_view each) { return key.starts_with(each); });
}

bool is_section(std::string_view key) {
  return key == "control" || key == "server" || key == "file_bed_server" || key == "site" ||
         key == "browser" || key == "logging" || key == "media" || key == "update";
}

JsoncNode parse_or_empty(std::string_view text) {
  auto parsed = parse_jsonc(text);
  return parsed ? *std::move(parsed) : JsoncNode{.value = JsoncNode::Members{}};
}

/// The keys of both objects, each once, in order.
std::vector<std::string> keys_of(const JsoncNode& before, const JsoncNode& after) {
  std::vector<std::string> keys;
  std::set<std::string_view> seen;
  for (const auto* object : {&before, &after}) {
    for (const auto& member : std::get<JsoncNode::Members>(object->value)) {
      if (seen.insert(member.key).second) keys.push_back(member.key);
    }
  }
  return keys;
}

void compare_objects(const JsoncNode& before, const JsoncNode& after, const std::string& prefix,
                     Changes& changes) {
  static const JsoncNode nothing{.value = JsoncNode::Members{}};
  for (const auto& key : keys_of(before, after)) {
    const auto* old_member = find_member(before, key);
    const auto* new_member = find_member(after, key);
    if (prefix.empty() && is_section(key)) {
      compare_objects(old_member == nullptr ? nothing : old_member->value,
                      new_member == nullptr ? nothing : new_member->value, key + '.', changes);
      continue;
    }
    const bool same = old_member != nullptr && new_member != nullptr &&
                      same_value(old_member->value, new_member->value);
    if (same) continue;
    const auto path = prefix + key;
    (is_start_key(path) ? changes.at_next_start : changes.at_once).push_back(path);
  }
}

}  // namespace

Changes compare(const Texts& before, const Texts& after) {
  Changes changes;
  compare_objects(parse_or_empty(before.config), parse_or_empty(after.config), "", changes);
  const auto compare_files = [&changes](std::string_view old_text, std::string_view new_text,
                                        const char* name) {
    if (!same_value(parse_or_empty(old_text), parse_or_empty(new_text)))
      changes.at_once.emplace_back(name);
  };
  compare_files(before.models, after.models, "models.json");
  compare_files(before.endpoints, after.endpoints, "model_endpoint_map.json");
  return changes;
}

void keep_start_settings(Settings& next, const Settings& running) {
  auto server = running.server;
  server.hosts = next.server.hosts;
  server.allowed_origins = next.server.allowed_origins;
  server.allow_http_links = next.server.allow_http_links;
  server.drain = next.server.drain;
  next.server = std::move(server);
  next.file_bed_server = running.file_bed_server;
  next.control = running.control;
  next.browser = running.browser;
  next.logging = running.logging;
  auto& library = next.pictures.library;
  library.directory = running.pictures.library.directory;
  library.max_age_days = running.pictures.library.max_age_days;
  library.max_total_mb = running.pictures.library.max_total_mb;
  next.site.origin = running.site.origin;
  next.site.page_path = running.site.page_path;
}

}  // namespace lmbridge::settings
