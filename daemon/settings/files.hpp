// Reads and replaces configuration files.
#pragma once

#include "base/error.hpp"

#include <chrono>
#include <filesystem>
#include <string>
#include <string_view>

namespace lmbridge::settings {

/// Fails with invalid_configuration, which names the file and why; also for files of more than
/// 8 MB, which no configuration has.
Result<std::string> read_file(const std::filesystem::path& file);

/// Puts `text` in the place of what `file`, which exists and is no link, holds: whoever opens it
/// sees all of the old or all of the new text, also after a power cut. Permissions and owner stay.
/// On any error the old file is untouched.
Result<void> replace_file(const std::filesystem::path& file, std::string_view text);

/// Makes an empty file, unless there is one already. Readable for all.
Result<void> make_file(const std::filesystem::path& file);

/// Keeps other editors that ask for the same lock away from the files of a directory. The lock is
/// on the directory itself, so it survives that its files are replaced, and leaves nothing behind.
class DirectoryLock {
 public:
  /// Waits for another holder, but for `limit` at most.
  static Result<DirectoryLock> acquire(const std::filesystem::path& directory,
                                       std::chrono::milliseconds limit);

  DirectoryLock(DirectoryLock&& other) noexcept;
  DirectoryLock& operator=(DirectoryLock&&) = delete;
  ~DirectoryLock();

 private:
  explicit DirectoryLock(int fd) : fd_(fd) {}
  int fd_;
};

}  // namespace lmbridge::settings
