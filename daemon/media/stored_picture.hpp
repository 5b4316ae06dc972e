// A picture of the library that is open for reading.
#pragma once

#include "base/error.hpp"

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

namespace lmbridge::media {

/// Stays whole when the library deletes the file meanwhile. Any thread.
class StoredPicture {
 public:
  /// Shared by whoever sends the picture and by the thread that reads for a sender who may have
  /// gone.
  using Handle = std::shared_ptr<const StoredPicture>;

  /// Blocks. Opens `path`, which names a day and a file and nothing else, below `root`; links are
  /// not followed. `not_found` for any other path and for what is no picture.
  static Result<Handle> open(const std::filesystem::path& root, std::string_view path);

  StoredPicture(const StoredPicture&) = delete;
  StoredPicture& operator=(const StoredPicture&) = delete;
  ~StoredPicture();

  [[nodiscard]] std::uint64_t size() const { return size_; }
  [[nodiscard]] std::chrono::system_clock::time_point modified() const { return modified_; }
  /// By its bytes.
  [[nodiscard]] std::string_view media_type() const { return media_type_; }
  /// Without quotes; another one whenever the file is.
  [[nodiscard]] const std::string& etag() const { return etag_; }

  /// Blocks. The bytes from `offset` on, `length` of them unless the file ends before.
  [[nodiscard]] Result<std::string> read(std::uint64_t offset, std::size_t length) const;

  /// Blocks. Makes the file as young as one that is written now.
  void renew() const;

 private:
  explicit StoredPicture(int descriptor) : descriptor_(descriptor) {}

  int descriptor_;
  std::uint64_t size_ = 0;
  std::chrono::system_clock::time_point modified_;
  std::string_view media_type_;
  std::string etag_;
};

}  // namespace lmbridge::media
