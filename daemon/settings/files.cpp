#include "settings/files.hpp"

#include <fmt/format.h>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <fstream>
#include <system_error>
#include <thread>
#include <utility>

namespace lmbridge::settings {
namespace fs = std::filesystem;
namespace {

/// Far above every real configuration; a wrong path must not fill the memory.
constexpr std::size_t file_limit = 8UL * 1024 * 1024;

std::unexpected<Error> failed(const fs::path& file, std::string_view what) {
  const auto why = std::generic_category().message(errno);
  return fail(ErrorCode::invalid_configuration,
              fmt::format("{}: {}: {}", file.string(), what, why));
}

class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    if (fd_ >= 0) close(fd_);
  }
  [[nodiscard]] int get() const { return fd_; }

 private:
  int fd_;
};

/// A new file beside the one that it shall replace; goes unless it has taken its place.
class TemporaryFile {
 public:
  explicit TemporaryFile(const fs::path& target)
      : path_((target.parent_path() / ('.' + target.filename().string() + ".XXXXXX")).string()),
        descriptor_(mkostemp(path_.data(), O_CLOEXEC)) {}
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;
  ~TemporaryFile() {
    if (is_open() && !renamed_) unlink(path_.c_str());
  }

  [[nodiscard]] bool is_open() const { return descriptor_.get() >= 0; }

  [[nodiscard]] bool write_all(std::string_view text) const {
    while (!text.empty()) {
      const auto written = write(descriptor_.get(), text.data(), text.size());
      if (written < 0 && errno == EINTR) continue;
      if (written < 0) return false;
      text.remove_prefix(static_cast<std::size_t>(written));
    }
    return true;
  }

  /// Owner and mode of `original`; the owner first, because a change of it clears mode bits.
  [[nodiscard]] bool resemble(const struct stat& original) const {
    struct stat ours{};
    if (fstat(descriptor_.get(), &ours) != 0) return false;
    const bool same_owner = ours.st_uid == original.st_uid && ours.st_gid == original.st_gid;
    if (!same_owner && fchown(descriptor_.get(), original.st_uid, original.st_gid) != 0)
      return false;
    return fchmod(descriptor_.get(), original.st_mode & 07777U) == 0;
  }

  [[nodiscard]] bool sync() const { return fsync(descriptor_.get()) == 0; }

  [[nodiscard]] bool take_place_of(const fs::path& target) {
    renamed_ = rename(path_.c_str(), target.c_str()) == 0;
    return renamed_;
  }

 private:
  std::string path_;
  Descriptor descriptor_;
  bool renamed_ = false;
};

fs::path directory_of(const fs::path& file) {
  return file.has_parent_path() ? file.parent_path() : fs::path(".");
}

int open_directory(const fs::path& directory) {
  return open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

}  // namespace

Result<std::string> read_file(const fs::path& file) {
  std::ifstream stream(file, std::ios::binary);
  if (!stream) return failed(file, "can't be read");
  std::string text;
  std::array<char, 16UL * 1024> chunk{};
  // read() fails on the last, shorter chunk; an iterator would throw where a directory is read.
  while (stream.read(chunk.data(), chunk.size()) || stream.gcount() > 0) {
    text.append(chunk.data(), static_cast<std::size_t>(stream.gcount()));
    if (text.size() > file_limit) {
      return fail(ErrorCode::invalid_configuration,
                  fmt::format("{}: more than {} MB are too many for a configuration file",
                              file.string(), file_limit / (1024 * 1024)));
    }
  }
  if (stream.bad()) return failed(file, "can't be read");
  return text;
}

Result<void> replace_file(const fs::path& file, std::string_view text) {
  struct stat original{};
  if (stat(file.c_str(), &original) != 0) return failed(file, "can't be changed");
  // A rename would pass over a file that is meant to stay as it is.
  if (faccessat(AT_FDCWD, file.c_str(), W_OK, AT_EACCESS) != 0)
    return failed(file, "can't be changed");
  TemporaryFile temporary(file);
  if (!temporary.is_open()) {
    return failed(file, "can't be changed, because no file can be made beside it");
  }
  if (!temporary.resemble(original)) {
    return failed(file, "can't be changed, because its owner and mode can't be kept");
  }
  if (!temporary.write_all(text) || !temporary.sync() || !temporary.take_place_of(file)) {
    return failed(file, "can't be changed");
  }
  const Descriptor directory(open_directory(directory_of(file)));
  if (directory.get() < 0 || fsync(directory.get()) != 0) {
    return failed(file, "is changed, but the change may not outlive a power cut");
  }
  return {};
}

Result<DirectoryLock> DirectoryLock::acquire(const fs::path& directory,
                                             std::chrono::milliseconds limit) {
  DirectoryLock lock(open_directory(directory));
  if (lock.fd_ < 0) return failed(directory, "can't be opened");
  // flock() itself knows no deadline.
  const auto deadline = std::chrono::steady_clock::now() + limit;
  while (flock(lock.fd_, LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK && errno != EINTR) return failed(directory, "can't be locked");
    if (std::chrono::steady_clock::now() > deadline) {
      return failed(directory,
                    "is locked by another program that changes the configuration; try again");
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  return lock;
}

DirectoryLock::DirectoryLock(DirectoryLock&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}

DirectoryLock::~DirectoryLock() {
  if (fd_ >= 0) close(fd_);
}

}  // namespace lmbridge::settings
