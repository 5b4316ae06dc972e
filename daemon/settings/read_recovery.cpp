#include "settings/read_recovery.hpp"

#include "settings/read_pictures.hpp"

namespace lmbridge::settings {
namespace {

using std::chrono::hours;
using std::chrono::seconds;

void read_empty_retry(Section section, EmptyRetry& retry) {
  section.read("enabled", retry.enabled);
  section.read("max_retries", retry.max_retries, 0, 100);
  section.read_milliseconds("base_delay_ms", retry.base_delay, hours(1));
  section.read_milliseconds("max_delay_ms", retry.max_delay, hours(1));
  section.read("show_retry_info_to_client", retry.show_to_client);
}

void read_idle_restart(Section& root, milliseconds& idle_restart) {
  bool enabled = false;
  root.read("enable_idle_restart", enabled);
  milliseconds timeout = seconds(-1);
  root.read("idle_restart_timeout_seconds", timeout, seconds(-1), hours(24 * 30));
  if (enabled && timeout > milliseconds(0)) idle_restart = timeout;
}

void read_memory_management(Section section, Settings& settings) {
  section.read("gc_threshold_mb", settings.gc_threshold_mb, 0, 1'000'000);
  read_picture_cache(section, settings.pictures.cache);
}

}  // namespace

void read_recovery(Section& root, Settings& settings) {
  root.read("enable_auto_retry", settings.recovery.enabled);
  root.read("retry_timeout_seconds", settings.recovery.hold_limit, seconds(0), hours(24));
  read_empty_retry(root.section("empty_response_retry"), settings.empty_retry);
  read_idle_restart(root, settings.idle_restart);
  root.section("models").read("refresh_hours", settings.model_refresh_hours, 0, 24UL * 365);
  read_memory_management(root.section("memory_management"), settings);
}

}  // namespace lmbridge::settings
