#include "settings/watcher.hpp"

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <sys/inotify.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <deque>
#include <system_error>
#include <utility>

namespace lmbridge::settings {
namespace asio = boost::asio;
namespace fs = std::filesystem;
namespace {

constexpr std::chrono::milliseconds settle_time{50};
/// A file that is written to without an end must not put the reload off for ever.
constexpr int most_settle_times = 20;
/// As many as the kernel's own limit on links in a path.
constexpr int most_links = 40;

constexpr unsigned interesting = IN_MODIFY | IN_CLOSE_WRITE | IN_ATTRIB | IN_CREATE | IN_DELETE |
                                 IN_MOVED_FROM | IN_MOVED_TO | IN_DELETE_SELF | IN_MOVE_SELF;

std::deque<fs::path> components(const fs::path& path) {
  return {path.begin(), path.end()};
}

}  // namespace

Watcher::Watcher(const asio::any_io_executor& executor, base::Log& log, std::vector<fs::path> files)
    : log_(log), files_(std::move(files)), inotify_(executor) {
  const int descriptor = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
  if (descriptor < 0) {
    log_.warning("the configuration files can't be watched; after a change send SIGHUP",
                 {{"reason", std::generic_category().message(errno)}});
    return;
  }
  inotify_.assign(descriptor);
  watch_all();
}

/// Where links lead, and which directories are there, may have changed: all is looked up anew.
void Watcher::watch_all() {
  std::map<int, Names> watched;
  for (const auto& file : files_) watch_file(file, watched);
  for (const auto& [directory, names] : watched_) {
    if (!watched.contains(directory)) inotify_rm_watch(inotify_.native_handle(), directory);
  }
  watched_ = std::move(watched);
}

/// Walks down the path as the kernel would and watches the name of each link, of the file, and of
/// what is missing.
void Watcher::watch_file(const fs::path& file, std::map<int, Names>& watched) {
  std::error_code error;
  auto left = components(fs::absolute(file, error));
  fs::path at;
  for (int links = 0; !left.empty() && links < most_links;) {
    const auto name = std::exchange(left.front(), {});
    left.pop_front();
    const auto next = at / name;
    const auto type = fs::symlink_status(next, error).type();
    const bool is_directory = type == fs::file_type::directory;
    if (!is_directory) watch_name(at, name.string(), watched);
    if (type == fs::file_type::symlink) {
      ++links;
      const auto target = components(fs::read_symlink(next, error));
      left.insert(left.begin(), target.begin(), target.end());
      continue;  // a target that is not relative begins with "/", which leaves `at` behind
    }
    if (!is_directory) return;
    at = next;
  }
}

void Watcher::watch_name(const fs::path& directory, const std::string& name,
                         std::map<int, Names>& watched) {
  const int watch =
      inotify_add_watch(inotify_.native_handle(), directory.c_str(), interesting | IN_ONLYDIR);
  if (watch >= 0) {
    watched[watch].insert(name);
    return;
  }
  log_.warning(
      "a configuration file can't be watched; after a change send SIGHUP",
      {{"directory", directory.string()}, {"reason", std::generic_category().message(errno)}});
}

asio::awaitable<void> Watcher::changed() {
  asio::steady_timer timer(inotify_.get_executor(), asio::steady_timer::time_point::max());
  if (!inotify_.is_open()) co_await timer.async_wait(asio::use_awaitable);  // until cancelled
  do {
    co_await inotify_.async_wait(asio::posix::descriptor_base::wait_read, asio::use_awaitable);
  } while (!take_events());
  for (int i = 0; i < most_settle_times; ++i) {
    timer.expires_after(settle_time);
    co_await timer.async_wait(asio::use_awaitable);
    if (!take_events() && being_written_.empty()) break;
  }
  being_written_.clear();
  // First, so that what happens while the files are read is seen.
  watch_all();
}

/// Takes all that has been reported; true when something of it matters.
bool Watcher::take_events() {
  bool matters = false;
  alignas(inotify_event) std::array<char, 16UL * 1024> buffer{};
  for (;;) {
    const auto size = read(inotify_.native_handle(), buffer.data(), buffer.size());
    if (size <= 0) return matters;
    for (std::size_t at = 0; at < static_cast<std::size_t>(size);) {
      inotify_event event{};
      std::memcpy(&event, buffer.data() + at, sizeof event);
      // The name is padded with zeros.
      const std::string_view name =
          event.len == 0 ? "" : std::string_view(buffer.data() + at + sizeof event);
      matters = take_event(event.wd, event.mask, name) || matters;
      at += sizeof event + event.len;
    }
  }
}

bool Watcher::take_event(int directory, unsigned mask, std::string_view name) {
  // Events were lost, or the directory itself has gone or has another name.
  if ((mask & (IN_Q_OVERFLOW | IN_DELETE_SELF | IN_MOVE_SELF)) != 0U) return true;
  const auto names = watched_.find(directory);
  if (names == watched_.end() || !names->second.contains(name)) return false;
  if ((mask & IN_MODIFY) != 0U) {
    being_written_.emplace(name);
  } else if ((mask & (IN_CLOSE_WRITE | IN_DELETE | IN_MOVED_FROM | IN_MOVED_TO)) != 0U) {
    being_written_.erase(std::string(name));
  }
  return true;
}

}  // namespace lmbridge::settings
