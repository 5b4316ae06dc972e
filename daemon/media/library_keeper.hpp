// The side of the picture library that changes files.
#pragma once

#include "base/error.hpp"
#include "base/sha256.hpp"
#include "media/picture.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <filesystem>
#include <string>
#include <string_view>
#include <unordered_map>

namespace lmbridge::media {

struct LibraryOptions {
  std::filesystem::path root = {};
  /// Older pictures are deleted. 0: they are kept for ever.
  std::chrono::hours largest_age{0};
  /// Of all pictures; the oldest are deleted when there is more. 0: no limit.
  std::uint64_t largest_total_bytes = 0;
};

struct KeptPicture {
  /// As Library::open() takes it, e.g. "20261123/063000-123_REQUEST_HASH.png".
  std::string path;
  /// False when the library had it already.
  bool is_new = true;
};

/// What a sweep deleted.
struct SweptPictures {
  std::size_t files = 0;
  std::uint64_t bytes = 0;
};

/// Blocks; one thread at a time. What other programs do to the files it learns when it needs them.
class LibraryKeeper {
 public:
  explicit LibraryKeeper(LibraryOptions options) : options_(std::move(options)) {}

  /// Writes the picture whole or not at all, unless it is there already. `unsupported_media_type`
  /// for what is no picture, `internal` when it can't be written.
  Result<KeptPicture> keep(std::string_view bytes, std::string_view request_id,
                           std::chrono::system_clock::time_point now);

  /// Deletes what is too old or too much, and what a crash left unfinished.
  SweptPictures sweep(std::chrono::system_clock::time_point now);

 private:
  struct Sweep;

  /// The picture with these bytes, if it is still there; its age begins anew.
  std::string find(std::string_view bytes, const base::Digest& digest, const std::string& hash);
  Result<void> write(const std::filesystem::path& file, std::string_view bytes) const;
  void learn(const std::string& path, bool is_newest);
  void sweep_day(const std::string& day, Sweep& sweep);

  LibraryOptions options_;
  bool has_looked_ = false;
  std::uint64_t total_bytes_ = 0;
  /// Paths by the hash in their names, of the newest pictures; the oldest first in `order_`.
  std::unordered_map<std::string, std::string> paths_;
  std::deque<std::string> order_;
};

}  // namespace lmbridge::media
