#include "settings/files.hpp"

#include "base/new_file.hpp"

#include <fmt/format.h>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
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

/// Owner and mode of `original`; the owner first, because a change of it clears mode bits.
bool make_alike(int descriptor, const struct stat& original) {
  struct stat ours{};
  if (fstat(descriptor, &ours) != 0) return false;
  const bool same_owner = ours.st_uid == original.st_uid && ours.st_gid == original.st_gid;
  if (!same_owner && fchown(descriptor, original.st_uid, original.st_gid) != 0) return false;
  return fchmod(descriptor, original.st_mode & 07777U) == 0;
}

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
                              file.string(), file_limit / (1024UL * 1024)));
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
  base::NewFile temporary(file);
  if (!temporary.is_open()) {
    return failed(file, "can't be changed, because no file can be made beside it");
  }
  if (!make_alike(temporary.descriptor(), original)) {
    return failed(file, "can't be changed, because its owner and mode can't be kept");
  }
  if (!temporary.write_all(text) || !temporary.sync() || !temporary.take_place()) {
    return failed(file, "can't be changed");
  }
  const Descriptor directory(open_directory(directory_of(file)));
  if (directory.get() < 0 || fsync(directory.get()) != 0) {
    return failed(file, "is changed, but the change may not outlive a power cut");
  }
  return {};
}

Result<void> make_file(const fs::path& file) {
  const Descriptor made(open(file.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0644));
  if (made.get() < 0) return failed(file, "can't be made");
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
