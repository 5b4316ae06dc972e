#include "settings/read_file_bed_server.hpp"

#include "base/link.hpp"
#include "base/origin.hpp"
#include "settings/listen.hpp"

#include <algorithm>

namespace lmbridge::settings {
namespace {

using std::chrono::hours;
using std::chrono::seconds;

bool is_everywhere(std::string_view host) {
  return host == "0.0.0.0" || host == "::";
}

void read_address(Section& section, FileBedServer& server) {
  std::string listen;
  if (section.read("listen", listen) && !parse_listen(listen, server)) {
    section.refuse("listen", "\"HOST:PORT\", e.g. \"127.0.0.1:5104\" or \"[::1]:5104\"");
    return;
  }
  if (server.enabled && server.api_key.empty() && !base::is_loopback_host(server.host)) {
    section.refuse("listen",
                   "127.0.0.1 or [::1] as long as anybody may upload: set file_bed_server.api_key "
                   "to listen on an address that others can reach");
  }
}

void read_public_url(Section& section, FileBedServer& server) {
  auto& url = server.public_url;
  if (section.read("public_url", url) && !url.empty()) {
    const bool is_link = base::normalize_link(url, {.allow_http = true}).has_value();
    if (!is_link || base::has_scheme(url, "data:") || url.contains('?') || url.contains('#')) {
      section.refuse("public_url",
                     "\"\" or what links begin with, e.g. \"https://files.example.org\"");
    }
    while (url.ends_with('/')) url.pop_back();
  }
  if (server.enabled && !url.empty() && server.api_key.empty()) {
    section.warn(
        {"public_url"},
        "whoever reaches file_bed_server.public_url through a proxy may be able to upload, "
        "too: set file_bed_server.api_key");
  }
  if (server.enabled && url.empty() && is_everywhere(server.host)) {
    section.warn(
        {"public_url", "listen"},
        "file_bed_server listens on all addresses, and none of them is one that others can "
        "ask: set public_url to what links shall begin with");
  }
}

/// A limit for one file that is left out is never larger than that for all.
void read_limits(Section& section, FileBedServer& server) {
  constexpr std::size_t largest = 1'000'000;
  section.read("max_total_mb", server.max_total_mb, 1, largest);
  section.read("max_file_mb", server.max_file_mb, 1, largest);
  if (section.has("max_file_mb") && server.max_file_mb > server.max_total_mb) {
    section.refuse("max_file_mb", "at most as much as max_total_mb");
  }
  server.max_file_mb = std::min(server.max_file_mb, server.max_total_mb);
  section.read_minutes("max_age_minutes", server.max_age, seconds(1), hours(24 * 365));
}

}  // namespace

void read_file_bed_server(Section section, FileBedServer& server) {
  section.hide("api_key");
  section.read("enabled", server.enabled);
  section.read("api_key", server.api_key);
  read_address(section, server);
  read_public_url(section, server);
  read_limits(section, server);
}

}  // namespace lmbridge::settings
