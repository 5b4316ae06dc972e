#include "settings/read_sections.hpp"

#include "base/devtools_address.hpp"
#include "settings/listen.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace lmbridge::settings {

using std::chrono::seconds;

namespace {

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

void read_devtools_address(Section& section, Browser& browser) {
  if (browser.mode == BrowserMode::attach) {
    section.require("address", browser.address);
  } else {
    section.read("address", browser.address);
  }
  if (browser.address.empty()) return;
  if (const auto read = base::read_devtools_address(browser.address); !read) {
    section.refuse("address",
                   fmt::format("where a browser listens, e.g. \"ws://127.0.0.1:9222\": {}",
                               read.error().message));
  }
}

}  // namespace

void read_server(Section section, Server& server) {
  std::string listen;
  if (section.read("listen", listen) && !parse_listen(listen, server)) {
    section.refuse("listen", "\"HOST:PORT\", e.g. \"127.0.0.1:5102\" or \"[::1]:5102\"");
  }
  section.read("hosts", server.hosts);
  section.read("allowed_origins", server.allowed_origins);
  section.read("allow_http_links", server.allow_http_links);
  // The browser takes no order of more than 100 MiB, and on the way there a body may double.
  section.read("body_limit_mb", server.body_limit_mb, 1, 48);
  section.read("max_connections", server.max_connections, 1, 100'000);
  section.read("max_waiting", server.max_waiting, 0, 100'000);
  section.read("max_waiting_mb", server.max_waiting_mb, 1, 100'000);
  section.read("header_timeout_seconds", server.header_timeout, seconds(1), seconds(3600));
  section.read("body_timeout_seconds", server.body_timeout, seconds(1), seconds(3600));
  section.read("idle_timeout_seconds", server.idle_timeout, seconds(1), seconds(3600));
  section.read("write_timeout_seconds", server.write_timeout, seconds(1), seconds(3600));
  section.read("drain_seconds", server.drain, seconds(0), seconds(3600));
}

void read_live_view(Section section, LiveView& live_view) {
  section.read("link_seconds", live_view.link, seconds(1), seconds(86'400));
  section.read("idle_seconds", live_view.idle, seconds(1), seconds(86'400));
}

void read_control(Section section, Control& control) {
  section.read("socket", control.socket);
  if (!control.socket.empty() && !control.socket.starts_with('/')) {
    section.refuse("socket", "an absolute path, e.g. \"/run/lmbridge/control.sock\"");
  }
  section.read("group", control.group);
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
  for (const auto& [key, template_path] : {std::pair("create_path", &site.create_path),
                                           std::pair("follow_up_path", &site.follow_up_path)}) {
    section.read(key, *template_path);
    if (!template_path->empty() && !template_path->starts_with('/')) {
      section.refuse(key, "a path, or an empty string");
    }
  }
  section.read("method", site.method, {{"PUT", "PUT"}, {"POST", "POST"}, {"PATCH", "PATCH"}});
  section.read("content_type", site.content_type);
  section.read("finish_record_required", site.finish_record_required);
  section.read("max_attachments", site.max_attachments, 1, 100);
  section.read("max_attachments_mb", site.max_attachments_mb, 1, 36);
  read_markers(section.section("markers"), site.markers);
}

void read_browser(Section section, Browser& browser) {
  section.read("executable", browser.executable);
  section.read("mode", browser.mode,
               {{"shell", BrowserMode::shell},
                {"headless", BrowserMode::headless},
                {"headed", BrowserMode::headed},
                {"attach", BrowserMode::attach}});
  read_devtools_address(section, browser);
  section.read("user_data_dir", browser.user_data_dir);
  section.read("args", browser.args);
  section.read("sandbox", browser.sandbox,
               {{"auto", Sandbox::automatic}, {"on", Sandbox::on}, {"off", Sandbox::off}});
  section.read("start_timeout_seconds", browser.start_timeout, seconds(1), seconds(600));
  section.read("contexts", browser.contexts, 1, 16);
  // Chromium makes no more streams than 256 on one connection.
  section.read("max_requests_per_context", browser.max_requests_per_context, 1, 256);
  section.read("memory_limit_mb", browser.memory_limit_mb, 0, 1'000'000);
  section.read("unresponsive_after_seconds", browser.unresponsive_after, seconds(1), seconds(600));
}

void read_logging(Section section, Logging& logging) {
  section.read("level", logging.level,
               {{"debug", base::LogLevel::debug},
                {"info", base::LogLevel::info},
                {"warning", base::LogLevel::warning},
                {"error", base::LogLevel::error}});
  section.read("format", logging.format, {{"text", LogFormat::text}, {"json", LogFormat::json}});
}

}  // namespace lmbridge::settings
