#include "settings/read_pictures.hpp"

#include "settings/web_address.hpp"

namespace lmbridge::settings {
namespace {

using std::chrono::hours;
using std::chrono::seconds;

void read_format(Section& section, std::string_view key, PictureConversion& conversion) {
  section.read(key, conversion.format,
               {{"original", PictureFormat::original},
                {"png", PictureFormat::png},
                {"jpeg", PictureFormat::jpeg},
                {"webp", PictureFormat::webp},
                {"avif", PictureFormat::avif}});
  section.read("jpeg_quality", conversion.quality, 1, 100);
}

/// Without "enabled" it is not converted, whatever else is said.
void read_conversion(Section section, std::string_view format_key, bool enabled,
                     PictureConversion& conversion) {
  section.read("enabled", enabled);
  read_format(section, format_key, conversion);
  if (!enabled) conversion.format = PictureFormat::original;
}

void read_return(Section section, Pictures& pictures) {
  section.read("mode", pictures.returned_as,
               {{"url", PictureReturn::url},
                {"base64", PictureReturn::base64},
                {"local", PictureReturn::local}});
  read_conversion(section.section("base64_conversion"), "target_format", true, pictures.conversion);
}

void read_timeouts(Section section, Downloads& downloads) {
  section.read("connect", downloads.connect_timeout, seconds(1), hours(1));
  section.read("sock_read", downloads.silence_timeout, seconds(1), hours(1));
  section.read("total", downloads.total_timeout, seconds(1), hours(1));
  section.read("max_retries", downloads.max_retries, 0, 10);
}

void read_pause(Section section, std::chrono::milliseconds& pause) {
  bool enabled = false;
  section.read("enabled", enabled);
  std::chrono::milliseconds delay{500};
  section.read("delay_seconds", delay, seconds(0), seconds(3600));
  if (enabled) pause = delay;
}

void read_connections(Section section, Downloads& downloads) {
  section.read("total_limit", downloads.max_connections, 1, 10'000);
  section.read("per_host_limit", downloads.max_connections_per_host, 1, 10'000);
  section.read("keepalive_timeout", downloads.keepalive, seconds(0), hours(1));
  section.read("dns_cache_ttl", downloads.dns_cache_ttl, seconds(0), hours(24));
}

void read_media(Section section, Settings& settings) {
  auto& pictures = settings.pictures;
  section.read("public_url", pictures.public_url);
  while (pictures.public_url.ends_with('/')) pictures.public_url.pop_back();
  if (!pictures.public_url.empty() && !is_web_address(pictures.public_url)) {
    section.refuse("public_url", "an address, e.g. \"https://bridge.example.org\"");
  }
  auto& downloads = pictures.downloads;
  section.read("allow_private_hosts", downloads.allow_private_hosts);
  section.read("tls_insecure_hosts", downloads.tls_insecure_hosts);
  section.read("ca_file", downloads.ca_file);
  section.read("max_download_mb", downloads.size_limit_mb, 1, 100);
  section.read("cache_mb", pictures.cache.megabytes, 0, 100'000);
  auto& library = pictures.library;
  section.read("library_directory", library.directory);
  section.read("library_max_age_days", library.max_age_days, 0, 36'500);
  section.read("library_max_total_mb", library.max_total_mb, 0, 100'000'000);
  section.read("shrink_oversized", settings.shrink_oversized);
}

}  // namespace

void read_pictures(Section& root, Settings& settings) {
  auto& pictures = settings.pictures;
  root.read("save_images_locally", pictures.library.enabled);
  read_conversion(root.section("local_save_format"), "format", false, pictures.library.conversion);
  read_return(root.section("image_return_format"), pictures);
  auto& downloads = pictures.downloads;
  root.read("max_concurrent_downloads", downloads.max_concurrent, 1, 1'000);
  read_pause(root.section("download_delay"), downloads.pause);
  read_timeouts(root.section("download_timeout"), downloads);
  root.section("performance_monitoring")
      .read("slow_threshold_seconds", downloads.slow_threshold, seconds(0), hours(1));
  read_connections(root.section("connection_pool"), downloads);
  read_media(root.section("media"), settings);
}

void read_picture_cache(Section& memory_management, PictureCache& cache) {
  constexpr std::size_t most = 1'000'000;
  memory_management.read("image_cache_max_size", cache.entries, 0, most);
  memory_management.read("image_cache_ttl_seconds", cache.time_to_live, seconds(0), hours(24 * 30));
  auto details = memory_management.section("cache_config");
  details.read("image_cache_max_size", cache.entries, 0, most);
  // Pictures leave one by one, and the library knows them by their content: there is nothing that
  // these could say.
  std::size_t ignored = 0;
  details.read("image_cache_keep_size", ignored, 0, most);
  details.read("url_history_max", ignored, 0, most);
  details.read("url_history_keep", ignored, 0, most);
}

}  // namespace lmbridge::settings
