// Which processes a browser has, by /proc.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <string>
#include <vector>

namespace lmbridge::test {

struct ProcessEntry {
  pid_t pid = 0;
  std::string command_line;
};

/// The living processes (not zombies) of the session that `leader` leads, and all others that name
/// `profile` in their command line.
std::vector<ProcessEntry> processes_of(pid_t leader, const std::string& profile);

/// Waits until processes_of() is empty; what is left at the end of `limit` is returned.
std::vector<ProcessEntry> wait_for_none(pid_t leader, const std::string& profile,
                                        std::chrono::milliseconds limit);

/// Open descriptors of this process.
std::size_t open_descriptors();

}  // namespace lmbridge::test
