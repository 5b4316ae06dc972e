// An uploaded file that is open for reading.
#pragma once

#include "base/error.hpp"

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

namespace lmbridge::media {

/// Stays whole when the file is deleted meanwhile. Any thread.
class StoredUpload {
 public:
  /// Shared by whoever sends the file and by the thread that reads for a sender who may have gone.
  using Handle = std::shared_ptr<const StoredUpload>;

  /// Blocks. Links are not followed. Error: not_found.
  static Result<Handle> open(const std::filesystem::path& file);

  StoredUpload(const StoredUpload&) = delete;
  StoredUpload& operator=(const StoredUpload&) = delete;
  ~StoredUpload();

  [[nodiscard]] std::uint64_t size() const { return size_; }
  /// By the bytes, else by the extension.
  [[nodiscard]] std::string_view media_type() const { return media_type_; }

  /// Blocks. The bytes from `offset` on, `length` of them unless the file ends before.
  [[nodiscard]] Result<std::string> read(std::uint64_t offset, std::size_t length) const;

 private:
  explicit StoredUpload(int descriptor) : descriptor_(descriptor) {}

  int descriptor_;
  std::uint64_t size_ = 0;
  std::string_view media_type_;
};

/// Whether a browser may show files of that type as they are: raster pictures, sound and video,
/// which hold nothing that it would run.
bool is_harmless_media_type(std::string_view media_type);

}  // namespace lmbridge::media
