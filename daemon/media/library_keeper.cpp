#include "media/library_keeper.hpp"

#include "base/media_type.hpp"
#include "base/new_file.hpp"
#include "media/library_catalog.hpp"
#include "media/library_names.hpp"
#include "media/picture_source.hpp"
#include "media/stored_picture.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <system_error>
#include <utility>

namespace lmbridge::media {
namespace fs = std::filesystem;
namespace {

/// Pictures whose hashes are remembered, some 10 MB; older ones may be kept twice.
constexpr std::size_t largest_memory = 50'000;
/// Bytes of the hash that stand in a name. Equal ones are compared by the whole hash.
constexpr std::size_t bytes_of_hash = 8;
/// What is unfinished for so long is left from a crash.
constexpr std::chrono::hours longest_write{1};

std::unexpected<Error> not_kept(const fs::path& file, int error) {
  return fail(ErrorCode::internal,
              fmt::format("a picture could not be kept as {}: {}; see that the folder can be "
                          "written and has space, or switch save_images_locally off",
                          file.string(), std::generic_category().message(error)));
}

}  // namespace

struct LibraryKeeper::Sweep {
  fs::file_time_type now;
  SweptPictures swept = {};
  std::uint64_t kept_bytes = 0;
  /// Of the pictures that are kept; 0: no limit.
  std::uint64_t limit = 0;
  /// Everything from here on, which is older, is too much.
  bool is_full = false;
};

Result<KeptPicture> LibraryKeeper::keep(std::string_view bytes, std::string_view request_id,
                                        std::chrono::system_clock::time_point now) {
  const auto media_type = recognise_original(bytes);
  if (!media_type) return std::unexpected(media_type.error());
  // The first look at the folders makes their pictures known, and is due anyway.
  if (!has_looked_) sweep(now);
  const auto digest = base::sha256(bytes);
  const auto hash = base::hexadecimal(digest, bytes_of_hash);
  if (auto known = find(bytes, digest, hash); !known.empty()) {
    return KeptPicture{.path = std::move(known), .is_new = false};
  }
  const auto path =
      make_library_path(now, request_id, hash, base::extension_of_media_type(*media_type));
  if (auto written = write(options_.root / path.day / path.name, bytes); !written) {
    return std::unexpected(std::move(written).error());
  }
  learn(path.text(), true);
  total_bytes_ += bytes.size();
  const auto limit = options_.largest_total_bytes;
  if (limit > 0 && total_bytes_ > limit) sweep(now);
  return KeptPicture{.path = path.text()};
}

std::string LibraryKeeper::find(std::string_view bytes, const base::Digest& digest,
                                const std::string& hash) {
  const auto found = paths_.find(hash);
  if (found == paths_.end()) return {};
  const auto stored = StoredPicture::open(options_.root, found->second);
  if (!stored || (*stored)->size() != bytes.size()) return {};
  const auto content = (*stored)->read(0, bytes.size());
  if (!content || base::sha256(*content) != digest) return {};
  (*stored)->renew();
  return found->second;
}

Result<void> LibraryKeeper::write(const fs::path& file, std::string_view bytes) const {
  std::error_code error;
  fs::create_directories(file.parent_path(), error);
  if (error) return not_kept(file, error.value());
  base::NewFile next(file);
  if (!next.is_open() || !next.write_all(bytes) || !next.sync() || !next.take_place()) {
    return not_kept(file, errno);
  }
  return {};
}

void LibraryKeeper::learn(const std::string& path, bool is_newest) {
  const auto hash = std::string(hash_in_name(path));
  if (hash.empty()) return;
  if (!is_newest && (order_.size() >= largest_memory || paths_.contains(hash))) return;
  if (paths_.insert_or_assign(hash, path).second) {
    is_newest ? order_.push_back(hash) : order_.push_front(hash);
  }
  if (order_.size() > largest_memory) {
    paths_.erase(order_.front());
    order_.pop_front();
  }
}

SweptPictures LibraryKeeper::sweep(std::chrono::system_clock::time_point now) {
  has_looked_ = true;
  paths_.clear();
  order_.clear();
  // A tenth less, so that not every new picture comes with a sweep.
  Sweep sweep{.now = std::chrono::file_clock::from_sys(now),
              .limit = options_.largest_total_bytes - options_.largest_total_bytes / 10};
  for (const auto& day : library_days(options_.root)) sweep_day(day, sweep);
  total_bytes_ = sweep.kept_bytes;
  return sweep.swept;
}

void LibraryKeeper::sweep_day(const std::string& day, Sweep& sweep) {
  const auto folder = options_.root / day;
  for (const auto& name : names_of_day(options_.root, day, true)) {
    std::error_code error;
    const auto file = folder / name;
    const auto bytes = fs::file_size(file, error);
    const auto age = sweep.now - fs::last_write_time(file, error);
    if (error) continue;
    if (is_unfinished_name(name)) {
      if (age > longest_write) fs::remove(file, error);
      continue;
    }
    const bool is_too_old = options_.largest_age.count() > 0 && age > options_.largest_age;
    // The newest picture stays, however large it is: somebody was just told where it lies.
    if (sweep.limit > 0 && sweep.kept_bytes > 0 && sweep.kept_bytes + bytes > sweep.limit) {
      sweep.is_full = true;
    }
    if ((is_too_old || sweep.is_full) && fs::remove(file, error)) {
      ++sweep.swept.files;
      sweep.swept.bytes += bytes;
    } else {
      sweep.kept_bytes += bytes;
      learn(LibraryPath{.day = day, .name = name}.text(), false);
    }
  }
  // Only when it is empty.
  std::error_code is_in_use;
  fs::remove(folder, is_in_use);
}

}  // namespace lmbridge::media
