#include "tests/integration/cdp/process_table.hpp"

#include <poll.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>

namespace lmbridge::test {
namespace fs = std::filesystem;
namespace {

std::string contents(const fs::path& file) {
  std::ifstream stream(file, std::ios::binary);
  std::string text;
  std::getline(stream, text, '\xff');  // never there: everything
  return text;
}

/// Of /proc/PID/stat: the state, and the session (proc(5)).
struct Stat {
  char state = 'Z';
  pid_t session = 0;
};

Stat read_stat(const std::string& text) {
  Stat stat;
  const auto name_end = text.rfind(')');  // the name before it may hold anything
  if (name_end == std::string::npos) return stat;
  std::istringstream fields(text.substr(name_end + 1));
  pid_t parent = 0;
  pid_t group = 0;
  fields >> stat.state >> parent >> group >> stat.session;
  return stat;
}

}  // namespace

std::vector<ProcessEntry> processes_of(pid_t leader, const std::string& profile) {
  std::vector<ProcessEntry> found;
  std::error_code gone;  // processes end while they are being listed
  for (const auto& entry : fs::directory_iterator("/proc", gone)) {
    const auto name = entry.path().filename().string();
    pid_t pid = 0;
    const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), pid);
    if (error != std::errc() || end != name.data() + name.size() || pid == getpid()) continue;
    const auto stat = read_stat(contents(entry.path() / "stat"));
    if (stat.state == 'Z' || stat.state == 'X') continue;
    auto line = contents(entry.path() / "cmdline");
    std::ranges::replace(line, '\0', ' ');
    if (stat.session == leader || line.find(profile) != std::string::npos) {
      found.push_back({.pid = pid, .command_line = std::move(line)});
    }
  }
  return found;
}

std::vector<ProcessEntry> wait_for_none(pid_t leader, const std::string& profile,
                                        std::chrono::milliseconds limit) {
  const auto deadline = std::chrono::steady_clock::now() + limit;
  for (;;) {
    auto left = processes_of(leader, profile);
    const auto remaining = std::chrono::duration_cast<std::chrono::milliseconds>(
        deadline - std::chrono::steady_clock::now());
    if (left.empty() || remaining.count() <= 0) return left;
    // Readable when the process ends.
    const int fd = static_cast<int>(syscall(SYS_pidfd_open, left.front().pid, 0));
    if (fd < 0) continue;  // ended meanwhile
    pollfd wait{.fd = fd, .events = POLLIN, .revents = 0};
    poll(&wait, 1, static_cast<int>(remaining.count()));
    close(fd);
  }
}

std::size_t open_descriptors() {
  const fs::directory_iterator all("/proc/self/fd");
  return static_cast<std::size_t>(std::distance(fs::begin(all), fs::end(all)));
}

}  // namespace lmbridge::test
