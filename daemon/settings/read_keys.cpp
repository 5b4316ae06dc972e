#include "settings/read_keys.hpp"

#include "base/ids.hpp"
#include "settings/key_hash.hpp"
#include "settings/read_file_bed_server.hpp"
#include "settings/read_file_beds.hpp"
#include "settings/read_injection.hpp"
#include "settings/read_mode.hpp"
#include "settings/read_pictures.hpp"
#include "settings/read_recovery.hpp"
#include "settings/read_sections.hpp"
#include "settings/web_address.hpp"

#include <algorithm>

namespace lmbridge::settings {
namespace {

using std::chrono::hours;
using std::chrono::seconds;

/// An id of the site, or "" for the placeholders that stand in fresh configurations.
void read_session_id(Section& root, std::string_view key, std::string& id) {
  std::string text;
  root.read(key, text);
  id = base::is_uuid(text) ? text : "";
}

void read_default_endpoint(Section& root, Settings& settings) {
  auto& endpoint = settings.default_endpoint;
  read_session_id(root, "session_id", endpoint.session_id);
  read_session_id(root, "message_id", endpoint.message_id);
  read_mode(root, "id_updater_last_mode", endpoint.mode);
  read_battle_target(root, "id_updater_battle_target", endpoint.battle_target);
  read_id_origin(root, settings.default_ids_origin);
  root.read("use_default_ids_if_mapping_not_found", settings.use_default_endpoint);
}

/// The key itself, or its hash.
void read_secret(Section& entry, ApiKey& key) {
  if (!entry.has("hash")) return entry.require("key", key.key);
  entry.require("hash", key.hash);
  if (!is_key_hash(key.hash)) {
    entry.refuse("hash", "\"sha256:\" and 64 hexadecimal digits in lower case");
  }
  if (entry.node("key") != nullptr) entry.refuse("key", "either \"key\" or \"hash\"");
}

void read_api_key(Section& entry, std::vector<ApiKey>& keys) {
  ApiKey key;
  entry.require("name", key.name);
  read_secret(entry, key);
  if (entry.read("models", key.models) && key.models.empty()) {
    entry.refuse("models", "an array with at least one model; without \"models\" it may use all");
  }
  const auto is_taken = [&](std::string ApiKey::* field) {
    return !(key.*field).empty() && std::ranges::find(keys, key.*field, field) != keys.end();
  };
  if (is_taken(&ApiKey::name)) entry.refuse("name", "a name that no other key has");
  if (is_taken(&ApiKey::key)) entry.refuse("key", "a key that is given once only");
  if (is_taken(&ApiKey::hash)) entry.refuse("hash", "a key that is given once only");
  keys.push_back(std::move(key));
}

void read_api_keys(Section& root, std::vector<ApiKey>& keys) {
  root.hide("api_key");
  root.hide("api_keys");
  std::string single;
  root.read("api_key", single);
  if (!single.empty()) keys.push_back({.name = {}, .key = single, .models = {}});
  root.each("api_keys", [&keys](Section& entry) { read_api_key(entry, keys); });
}

void read_answers(Section& root, Settings& settings) {
  auto& reasoning = settings.reasoning;
  root.read("enable_lmarena_reasoning", reasoning.enabled);
  root.read("reasoning_output_mode", reasoning.output,
            {{"openai", ReasoningOutput::field}, {"think_tag", ReasoningOutput::think_tag}});
  root.read("preserve_streaming", reasoning.preserve_streaming);
  root.read("append_citations", settings.append_citations);
  root.read("stream_error_style", settings.stream_error_style,
            {{"event", StreamErrorStyle::event}, {"content", StreamErrorStyle::content}});
  root.read("stream_response_timeout_seconds", settings.stream_response_timeout, seconds(1),
            seconds(86'400));
  root.read_minutes("metadata_timeout_minutes", settings.request_timeout, seconds(3), hours(24));
  bool ignored = true;  // whatever it says: every delta is flushed
  root.read("force_stream_flush", ignored);
}

/// After read_answers(): think tags come back in the history only where we write them.
void read_shaping(Section& root, const Reasoning& reasoning, arena::Shaping& shaping) {
  bool strips = true;
  root.read("strip_reasoning_from_history", strips);
  shaping.strip_reasoning = strips && reasoning.output == ReasoningOutput::think_tag;
  root.read("tavern_mode_enabled", shaping.merge_system_messages);
  root.read("image_attachment_bypass_enabled", shaping.split_pictures);
  read_injection(root, shaping.injection);
}

void read_debug(Section& root, Debug& debug) {
  root.read("debug_stream_timing", debug.stream_timing);
  root.read("debug_show_full_urls", debug.full_urls);
  root.read("url_display_length", debug.url_length, 0, 100'000);
}

void read_updates(Section& root, Updates& updates) {
  root.read("enable_auto_update", updates.enabled);
  auto section = root.section("update");
  section.read("address", updates.address);
  if (!updates.address.empty() && !is_web_address(updates.address)) {
    section.refuse("address", "an address, e.g. \"https://example.org/lmbridge/newest\"");
  }
}

}  // namespace

void read_config(const JsoncNode& node, Settings& settings, Diagnostics& diagnostics) {
  Section root(&node, "", diagnostics);
  std::string version;
  root.read("version", version);
  read_default_endpoint(root, settings);
  read_api_keys(root, settings.api_keys);
  read_answers(root, settings);
  read_recovery(root, settings);
  read_shaping(root, settings.reasoning, settings.shaping);
  read_pictures(root, settings);
  read_file_beds(root, settings.file_beds);
  read_debug(root, settings.debug);
  read_updates(root, settings.updates);
  read_server(root.section("server"), settings.server);
  read_file_bed_server(root.section("file_bed_server"), settings.file_bed_server);
  read_control(root.section("control"), settings.control);
  read_live_view(root.section("live_view"), settings.live_view);
  read_site(root.section("site"), settings.site);
  read_browser(root.section("browser"), settings.browser);
  read_logging(root.section("logging"), settings.logging);
}

}  // namespace lmbridge::settings
