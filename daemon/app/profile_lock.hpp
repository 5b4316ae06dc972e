// One daemon a browser profile.
#pragma once

#include "base/error.hpp"

#include <filesystem>

namespace lmbridge::app {

/// Holds a lock file in the profile's directory; the kernel lets go of it however the daemon ends.
class ProfileLock {
 public:
  /// profile_in_use names the process that holds it.
  static Result<ProfileLock> acquire(const std::filesystem::path& profile);

  ProfileLock(ProfileLock&& other) noexcept;
  ProfileLock& operator=(ProfileLock&&) = delete;
  ~ProfileLock();

 private:
  explicit ProfileLock(int fd) : fd_(fd) {}
  int fd_;
};

}  // namespace lmbridge::app
