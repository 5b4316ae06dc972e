// The processes of a browser: which there are, what they do and how much memory they take.
#pragma once

#include <sys/types.h>

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace lmbridge::cdp {

struct ProcessInfo {
  pid_t pid = 0;
  /// Of --type=, e.g. "renderer", "gpu-process", "utility"; empty for the browser itself.
  std::string type;
  /// Of --utility-sub-type=, e.g. "network.mojom.NetworkService".
  std::string utility_sub_type;
  /// In bytes: its proportional share (PSS) where the kernel shows it, else all that it has mapped
  /// in memory (RSS), which counts what processes share once for each. 0 when it is gone.
  std::size_t memory = 0;
};

/// The living processes of the group that `leader`, the browser, leads. Reads /proc, `proc` in
/// tests, for some milliseconds; processes that end meanwhile are left out.
std::vector<ProcessInfo> processes_of_group(pid_t leader,
                                            const std::filesystem::path& proc = "/proc");

/// The process that does the network traffic of the browser `leader`. Nothing while there is none:
/// before the first use of the network, and between its end and the start of the next one.
std::optional<pid_t> find_network_service(pid_t leader,
                                          const std::filesystem::path& proc = "/proc");

}  // namespace lmbridge::cdp
