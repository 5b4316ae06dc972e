// How much memory this process has, for tests of what stays behind.
#pragma once

#include <unistd.h>

#include <cstddef>
#include <fstream>

namespace lmbridge::test {

inline std::size_t resident_megabytes() {
  std::size_t total = 0;
  std::size_t resident = 0;
  std::ifstream("/proc/self/statm") >> total >> resident;
  return resident * static_cast<std::size_t>(sysconf(_SC_PAGESIZE)) / (1024UL * 1024);
}

}  // namespace lmbridge::test
