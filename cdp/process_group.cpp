#include "cdp/process_group.hpp"

#include <unistd.h>

#include <charconv>
#include <fstream>
#include <iterator>
#include <sstream>
#include <string_view>

namespace lmbridge::cdp {
namespace fs = std::filesystem;
namespace {

constexpr std::string_view network_service = "network.mojom.NetworkService";

/// Empty when it can't be read.
std::string contents(const fs::path& file) {
  std::ifstream stream(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
}

std::optional<pid_t> number(const std::string& name) {
  pid_t pid = 0;
  const auto* const end = name.data() + name.size();
  const auto [parsed, error] = std::from_chars(name.data(), end, pid);
  if (error != std::errc() || parsed != end) return std::nullopt;
  return pid;
}

/// Whether the process of /proc/PID/stat (proc(5)) lives and belongs to the group `leader`.
bool is_member(const std::string& stat, pid_t leader) {
  const auto name_end = stat.rfind(')');  // the name before it may hold anything
  if (name_end == std::string::npos) return false;
  std::istringstream fields(stat.substr(name_end + 1));
  char state = 'Z';
  pid_t parent = 0;
  pid_t group = 0;
  fields >> state >> parent >> group;
  return fields && group == leader && state != 'Z' && state != 'X';
}

/// What stands behind `option`. Chromium's helpers overwrite their command line with a copy that
/// has blanks where the NULs were.
std::string option_value(std::string_view command_line, std::string_view option) {
  constexpr std::string_view separators(" \0", 2);
  while (!command_line.empty()) {
    const auto argument = command_line.substr(0, command_line.find_first_of(separators));
    if (argument.starts_with(option)) return std::string(argument.substr(option.size()));
    command_line.remove_prefix(std::min(argument.size() + 1, command_line.size()));
  }
  return {};
}

std::size_t memory_of(const fs::path& directory) {
  std::istringstream rollup(contents(directory / "smaps_rollup"));
  for (std::string line; std::getline(rollup, line);) {
    std::istringstream fields(line);
    std::string name;
    std::size_t kilobytes = 0;
    if (fields >> name >> kilobytes && name == "Pss:") return kilobytes * 1024;
  }
  // Sandboxed processes show their maps to root only.
  std::istringstream statm(contents(directory / "statm"));
  std::size_t mapped = 0;
  std::size_t resident = 0;
  statm >> mapped >> resident;
  return resident * static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
}

/// Without their memory, which takes the kernel longest to count.
std::vector<ProcessInfo> members(pid_t leader, const fs::path& proc) {
  std::vector<ProcessInfo> found;
  std::error_code gone;  // processes end while they are being listed
  for (fs::directory_iterator entry(proc, gone); entry != fs::directory_iterator();
       entry.increment(gone)) {
    const auto pid = number(entry->path().filename().string());
    if (!pid || !is_member(contents(entry->path() / "stat"), leader)) continue;
    const auto command_line = contents(entry->path() / "cmdline");
    found.push_back({.pid = *pid,
                     .type = option_value(command_line, "--type="),
                     .utility_sub_type = option_value(command_line, "--utility-sub-type=")});
  }
  return found;
}

}  // namespace

std::vector<ProcessInfo> processes_of_group(pid_t leader, const fs::path& proc) {
  auto found = members(leader, proc);
  for (auto& each : found) each.memory = memory_of(proc / std::to_string(each.pid));
  return found;
}

std::optional<pid_t> find_network_service(pid_t leader, const fs::path& proc) {
  for (const auto& each : members(leader, proc)) {
    if (each.utility_sub_type == network_service) return each.pid;
  }
  return std::nullopt;
}

}  // namespace lmbridge::cdp
