// Settings for pictures: how they are fetched, what they become, where they are kept.
#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <vector>

namespace lmbridge::settings {

enum class PictureFormat { original, png, jpeg, webp, avif };

/// What a picture is made into.
struct PictureConversion {
  PictureFormat format = PictureFormat::original;
  /// Of formats that lose something, from 1 to 100.
  std::size_t quality = 100;
  bool operator==(const PictureConversion&) const = default;
};

/// What stands for a picture in the answer that the client gets (`image_return_format`).
enum class PictureReturn {
  /// The site's link.
  url,
  /// A data: link with the picture in it.
  base64,
  /// A link to the picture in our own library.
  local
};

/// `save_images_locally`, `local_save_format`, and how long pictures are kept.
struct PictureLibrary {
  bool enabled = true;
  PictureConversion conversion;
  /// Empty = "downloaded_images" in the state directory.
  std::string directory;
  /// 0 = for ever.
  std::size_t max_age_days = 0;
  /// 0 = however many.
  std::size_t max_total_mb = 0;
  bool operator==(const PictureLibrary&) const = default;
};

/// How files are fetched from where links lead.
struct Downloads {
  std::size_t max_concurrent = 50;
  /// Between the beginnings of two downloads.
  std::chrono::milliseconds pause{0};
  std::chrono::milliseconds connect_timeout{20'000};
  /// Without a byte from the server.
  std::chrono::milliseconds silence_timeout{30'000};
  std::chrono::milliseconds total_timeout{80'000};
  std::size_t max_retries = 2;
  /// A slower download is reported in the log.
  std::chrono::milliseconds slow_threshold{10'000};
  std::size_t max_connections = 200;
  std::size_t max_connections_per_host = 50;
  std::chrono::milliseconds keepalive{30'000};
  std::chrono::milliseconds dns_cache_ttl{300'000};
  std::size_t size_limit_mb = 50;
  std::vector<std::string> allow_private_hosts;
  std::vector<std::string> tls_insecure_hosts;
  /// Trusted certificates in PEM; empty = the system's.
  std::string ca_file;
  bool operator==(const Downloads&) const = default;
};

/// Pictures that were fetched and what they were made into, each of the two on its own.
struct PictureCache {
  std::size_t entries = 500;
  std::size_t megabytes = 256;
  std::chrono::milliseconds time_to_live{3'600'000};
  bool operator==(const PictureCache&) const = default;
};

/// Pictures that the site generates, on their way to the client.
struct Pictures {
  PictureReturn returned_as = PictureReturn::base64;
  /// Of what is returned as base64.
  PictureConversion conversion{.format = PictureFormat::png};
  PictureLibrary library;
  Downloads downloads;
  PictureCache cache;
  /// Where clients reach us, in front of "/api/images/..."; empty = where the request went to.
  std::string public_url;
  bool operator==(const Pictures&) const = default;
};

}  // namespace lmbridge::settings
