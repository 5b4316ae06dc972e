#include "settings/load.hpp"

#include "base/ids.hpp"
#include "base/text.hpp"
#include "settings/section.hpp"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <fstream>
#include <iterator>
#include <optional>
#include <system_error>

namespace lmbridge::settings {
namespace {

using std::chrono::seconds;

/// Far above every real configuration; a wrong path must not fill the memory.
constexpr std::size_t file_limit = 8UL * 1024 * 1024;

Result<std::string> read_file(const std::filesystem::path& file) {
  const auto unreadable = [&file] {
    return fail(ErrorCode::invalid_configuration,
                fmt::format("{}: can't be read: {}", file.string(),
                            std::generic_category().message(errno)));
  };
  std::ifstream stream(file, std::ios::binary);
  if (!stream) return unreadable();
  std::string text;
  std::array<char, 16UL * 1024> chunk{};
  // read() fails on the last, shorter chunk; an iterator would throw where a directory is read.
  while (stream.read(chunk.data(), chunk.size()) || stream.gcount() > 0) {
    text.append(chunk.data(), static_cast<std::size_t>(stream.gcount()));
    if (text.size() > file_limit) {
      return fail(ErrorCode::invalid_configuration,
                  fmt::format("{}: more than {} MB are too many for a configuration file",
                              file.string(), file_limit / (1024 * 1024)));
    }
  }
  if (stream.bad()) return unreadable();
  return text;
}

/// An id of the site, or "" for the placeholders that stand in fresh configurations.
void read_session_id(Section& root, std::string_view key, std::string& id) {
  std::string text;
  root.read(key, text);
  id = base::is_uuid(text) ? text : "";
}

void read_server(Section section, Server& server) {
  std::string listen;
  section.read("listen", listen);
  if (section.has("listen") && !parse_listen(listen, server)) {
    section.refuse("listen", "\"HOST:PORT\", e.g. \"127.0.0.1:5102\" or \"[::1]:5102\"");
  }
  section.read("hosts", server.hosts);
  section.read("allowed_origins", server.allowed_origins);
  // The browser takes no order of more than 100 MiB, and on the way there a body may double.
  section.read("body_limit_mb", server.body_limit_mb, 1, 48);
  section.read("max_connections", server.max_connections, 1, 100'000);
  section.read("header_timeout_seconds", server.header_timeout, seconds(1), seconds(3600));
  section.read("body_timeout_seconds", server.body_timeout, seconds(1), seconds(3600));
  section.read("idle_timeout_seconds", server.idle_timeout, seconds(1), seconds(3600));
  section.read("write_timeout_seconds", server.write_timeout, seconds(1), seconds(3600));
  section.read("drain_seconds", server.drain, seconds(0), seconds(3600));
}

bool is_web_origin(std::string_view text) {
  for (const std::string_view scheme : {"https://", "http://"}) {
    if (!text.starts_with(scheme)) continue;
    const auto authority = text.substr(scheme.size());
    return !authority.empty() && authority.find_first_of("/?#@ \t\r\n") == std::string_view::npos;
  }
  return false;
}

void read_markers(Section section, arena::Markers& markers) {
  const std::initializer_list<std::pair<std::string_view, std::vector<std::string>*>> lists{
      {"challenge_page", &markers.challenge_page},   {"verification", &markers.verification},
      {"foreign_session", &markers.foreign_session}, {"schema_error", &markers.schema_error},
      {"moderation", &markers.moderation},           {"too_large", &markers.too_large},
      {"rate_limit", &markers.rate_limit},           {"arena_error", &markers.arena_error},
  };
  for (const auto& [key, list] : lists) {
    section.read(key, *list);
    // An empty text stands in every answer.
    if (std::ranges::find(*list, "") != list->end())
      section.refuse(key, "texts that are not empty");
  }
}

void read_site(Section section, Site& site) {
  section.read("origin", site.origin);
  if (!is_web_origin(site.origin)) {
    section.refuse("origin", "an origin without a path, e.g. \"https://lmarena.ai\"");
  }
  section.read("page_path", site.page_path);
  if (!site.page_path.starts_with('/')) section.refuse("page_path", "a path, e.g. \"/\"");
  section.read("retry_path", site.retry_path);
  const auto& path = site.retry_path;
  if (!path.starts_with('/') || path.find("{session_id}") == std::string::npos ||
      path.find("{message_id}") == std::string::npos) {
    section.refuse("retry_path", "a path with {session_id} and {message_id} in it");
  }
  section.read("method", site.method, {{"PUT", "PUT"}, {"POST", "POST"}, {"PATCH", "PATCH"}});
  section.read("content_type", site.content_type);
  read_markers(section.section("markers"), site.markers);
}

void read_browser(Section section, Browser& browser) {
  section.read("executable", browser.executable);
  section.read("mode", browser.mode,
               {{"shell", BrowserMode::shell}, {"headless", BrowserMode::headless}});
  section.read("user_data_dir", browser.user_data_dir);
  section.read("args", browser.args);
  section.read("sandbox", browser.sandbox,
               {{"auto", Sandbox::automatic}, {"on", Sandbox::on}, {"off", Sandbox::off}});
  section.read("start_timeout_seconds", browser.start_timeout, seconds(1), seconds(600));
}

void read_logging(Section section, Logging& logging) {
  section.read("level", logging.level,
               {{"debug", base::LogLevel::debug},
                {"info", base::LogLevel::info},
                {"warning", base::LogLevel::warning},
                {"error", base::LogLevel::error}});
  section.read("format", logging.format, {{"text", LogFormat::text}, {"json", LogFormat::json}});
}

void read_config(Section root, Settings& settings) {
  std::string version;
  root.read("version", version);
  read_session_id(root, "session_id", settings.default_endpoint.session_id);
  read_session_id(root, "message_id", settings.default_endpoint.message_id);
  std::string key;
  root.read("api_key", key);
  if (!key.empty()) settings.api_keys.push_back({.name = {}, .key = key, .models = {}});
  root.read("stream_response_timeout_seconds", settings.stream_response_timeout, seconds(1),
            seconds(86'400));
  read_server(root.section("server"), settings.server);
  read_site(root.section("site"), settings.site);
  read_browser(root.section("browser"), settings.browser);
  read_logging(root.section("logging"), settings.logging);
}

/// Models that can't be read are reported and left out.
arena::ModelCatalog read_models(const JsoncNode& root, Diagnostics& diagnostics) {
  std::vector<arena::Model> models;
  const auto* members = std::get_if<JsoncNode::Members>(&root.value);
  if (members == nullptr) {
    diagnostics.error(root.begin, "the file must be an object {\"name\": \"id\", ...}");
    return {};
  }
  for (const auto& [key, key_begin, node] : *members) {
    if (const auto* value = std::get_if<std::string>(&node.value)) {
      auto model = arena::parse_model_entry(key, *value);
      if (model) models.push_back(*std::move(model));
      if (!model) diagnostics.error(node.begin, model.error().message);
      continue;
    }
    diagnostics.error(node.begin,
                      fmt::format("{}: found {}, allowed: a string such as \"<uuid>\", "
                                  "\"<uuid>:image\" or \"null:text\"",
                                  base::quoted(base::excerpt(key, 80)), diagnostics.source(node)));
  }
  return arena::ModelCatalog(std::move(models));
}

void append(Diagnostics& diagnostics, Loaded& loaded) {
  std::ranges::move(diagnostics.errors, std::back_inserter(loaded.errors));
  std::ranges::move(diagnostics.warnings, std::back_inserter(loaded.warnings));
}

void parse_config_into(const std::string& name, std::string_view text, Loaded& loaded) {
  Diagnostics diagnostics(name, text);
  if (const auto root = parse_jsonc(text)) {
    read_config(Section(&*root, "", diagnostics), loaded.settings);
  } else {
    diagnostics.error(root.error().offset, root.error().reason);
  }
  append(diagnostics, loaded);
}

void parse_models_into(const std::string& name, std::string_view text, Loaded& loaded) {
  Diagnostics diagnostics(name, text);
  if (const auto root = parse_jsonc(text)) {
    loaded.settings.models = read_models(*root, diagnostics);
  } else {
    diagnostics.error(root.error().offset, root.error().reason);
  }
  append(diagnostics, loaded);
}

bool is_loopback(std::string_view host) {
  return host == "localhost" || host == "::1" || host.starts_with("127.");
}

}  // namespace

bool parse_listen(std::string_view text, Server& server) {
  const auto colon = text.rfind(':');
  if (colon == std::string_view::npos || colon == 0) return false;
  auto host = text.substr(0, colon);
  const auto digits = text.substr(colon + 1);
  std::uint16_t port = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
  if (error != std::errc() || end != digits.data() + digits.size()) return false;
  if (host.starts_with('[') && host.ends_with(']')) {
    host = host.substr(1, host.size() - 2);
  } else if (host.find(':') != std::string_view::npos) {
    return false;
  }
  if (host.empty() || host.find_first_of("[]") != std::string_view::npos) return false;
  server.host = host;
  server.port = port;
  return true;
}

std::string refuse_open_door(const Settings& settings) {
  if (is_loopback(settings.server.host) || !settings.api_keys.empty()) return {};
  return fmt::format(
      "server.listen is {}, which others can reach, but no key protects it: set \"api_key\" in the "
      "configuration, or listen on 127.0.0.1",
      settings.server.host);
}

Loaded parse(std::string_view config_text, std::string_view models_text) {
  Loaded loaded;
  parse_config_into("config.jsonc", config_text, loaded);
  parse_models_into("models.json", models_text, loaded);
  return loaded;
}

Loaded load(const std::filesystem::path& config_file) {
  Loaded loaded;
  if (const auto text = read_file(config_file)) {
    parse_config_into(config_file.string(), *text, loaded);
  } else {
    loaded.errors.push_back(text.error().message);
  }
  const auto models_file = config_file.parent_path() / "models.json";
  if (!std::filesystem::exists(models_file)) {
    loaded.warnings.push_back(
        fmt::format("{}: not there, so no model can be asked for", models_file.string()));
  } else if (const auto text = read_file(models_file)) {
    parse_models_into(models_file.string(), *text, loaded);
  } else {
    loaded.errors.push_back(text.error().message);
  }
  return loaded;
}

}  // namespace lmbridge::settings
