#include "app/profile_lock.hpp"

#include <fmt/format.h>

#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <utility>

namespace lmbridge::app {
namespace {

std::string holder(int fd) {
  std::array<char, 32> text{};
  const auto size = pread(fd, text.data(), text.size() - 1, 0);
  return size > 0 ? std::string(text.data(), static_cast<std::size_t>(size)) : "unknown";
}

}  // namespace

Result<ProfileLock> ProfileLock::acquire(const std::filesystem::path& profile) {
  std::error_code ignored;  // open() below says what is wrong
  std::filesystem::create_directories(profile, ignored);
  const auto file = profile / "lmbridged.lock";
  const int fd = open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (fd < 0) {
    return fail(ErrorCode::invalid_configuration,
                fmt::format("the browser's profile directory can't be used: {}: {}", file.string(),
                            strerror(errno)));
  }
  ProfileLock lock(fd);
  if (flock(fd, LOCK_EX | LOCK_NB) != 0) {
    return fail(ErrorCode::profile_in_use,
                fmt::format("the browser profile {} is in use by another lmbridged (process {}): "
                            "stop it, or give this one a --state-dir of its own",
                            profile.string(), holder(fd)));
  }
  const auto pid = fmt::format("{}", getpid());
  if (ftruncate(fd, 0) != 0 || pwrite(fd, pid.data(), pid.size(), 0) < 0) {
    return fail(ErrorCode::invalid_configuration,
                fmt::format("{} can't be written: {}", file.string(), strerror(errno)));
  }
  return lock;
}

ProfileLock::ProfileLock(ProfileLock&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}

ProfileLock::~ProfileLock() {
  if (fd_ >= 0) close(fd_);
}

}  // namespace lmbridge::app
