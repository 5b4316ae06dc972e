// Looks at the machine: whether it has what the daemon and its browser need.
#pragma once

#include "control/finding.hpp"

#include <filesystem>
#include <vector>

namespace lmbridge::control {

/// Where the daemon keeps what it keeps.
struct MachinePlaces {
  std::filesystem::path state;
  /// Empty where the browser is not ours, and perhaps not on this machine.
  std::filesystem::path profile;
  std::filesystem::path pictures;
};

/// Blocks for as long as the disk needs; any thread.
std::vector<Finding> check_machine(const MachinePlaces& places);

// One by one, for tests.

Finding check_writable(const std::string& what, const std::filesystem::path& directory);
Finding check_disk(const std::filesystem::path& directory);
Finding check_shared_memory(const std::filesystem::path& directory);
Finding check_clock();
/// `roots` are where fonts lie.
Finding check_fonts(const std::vector<std::filesystem::path>& roots);

}  // namespace lmbridge::control
