#include "cdp/profile_singleton.hpp"

#include "base/task_group.hpp"
#include "base/text.hpp"
#include "cdp/exit_watch.hpp"

#include <fmt/format.h>

#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <fstream>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>

namespace lmbridge::cdp {
namespace asio = boost::asio;
namespace fs = std::filesystem;
namespace {

fs::path lock_of(const fs::path& directory) {
  return directory / "SingletonLock";
}

/// The symbolic link SingletonLock points to "host-pid", which is no file.
struct Owner {
  std::string host;
  pid_t pid = 0;
};

std::optional<Owner> parse_owner(std::string_view text) {
  const auto dash = text.rfind('-');  // hosts may have some, too
  if (dash == std::string_view::npos || dash == 0) return std::nullopt;
  Owner owner{.host = std::string(text.substr(0, dash))};
  const auto* const end = text.data() + text.size();
  const auto [parsed, error] = std::from_chars(text.data() + dash + 1, end, owner.pid);
  if (error != std::errc() || parsed != end || owner.pid <= 0) return std::nullopt;
  return owner;
}

std::string host_name() {
  std::array<char, 256> name{};
  return gethostname(name.data(), name.size() - 1) == 0 ? std::string(name.data()) : std::string();
}

bool is_same(const fs::path& a, const fs::path& b) {
  std::error_code missing;  // then they are not
  return fs::equivalent(a, b, missing);
}

/// The last one counts. Nothing without such an option.
std::optional<fs::path> profile_of(std::string_view command_line) {
  constexpr std::string_view option = "-user-data-dir=";  // one dash or two
  std::optional<fs::path> found;
  while (!command_line.empty()) {
    auto argument = command_line.substr(0, command_line.find('\0'));
    command_line.remove_prefix(std::min(argument.size() + 1, command_line.size()));
    if (argument.starts_with("--")) argument.remove_prefix(1);
    if (argument.starts_with(option)) found = argument.substr(option.size());
  }
  return found;
}

bool has_open_file_in(const fs::path& process, const fs::path& directory) {
  std::error_code unreadable;  // processes of others, or one that has just ended
  const auto prefix = fs::weakly_canonical(directory, unreadable).string() + '/';
  for (fs::directory_iterator entry(process / "fd", unreadable);
       !unreadable && entry != fs::directory_iterator(); entry.increment(unreadable)) {
    std::error_code closed;
    if (fs::read_symlink(entry->path(), closed).string().starts_with(prefix)) return true;
  }
  return false;
}

/// Whether process `pid` of this machine is a browser that uses `directory`. After a crash its
/// number may be that of any program, even ours.
bool uses(pid_t pid, const fs::path& directory) {
  if (pid == getpid()) return false;
  const auto process = fs::path("/proc") / std::to_string(pid);
  std::ifstream stream(process / "cmdline", std::ios::binary);
  // What runs but can't be looked at may be one.
  if (!stream) return kill(pid, 0) == 0 || errno != ESRCH;
  const std::string command_line{std::istreambuf_iterator<char>(stream), {}};
  const auto profile = profile_of(command_line);
  // Without the option it is the profile of its user's desktop, wherever that lies.
  if (!profile) return has_open_file_in(process, directory);
  if (profile->is_absolute()) return is_same(*profile, directory);
  std::error_code unknown;
  const auto working_directory = fs::read_symlink(process / "cwd", unknown);
  return unknown || is_same(working_directory / *profile, directory);
}

std::unexpected<Error> unreadable(const fs::path& directory, const fs::path& lock,
                                  std::string_view why) {
  return fail(ErrorCode::profile_in_use,
              fmt::format("nobody can tell whether a browser uses the profile {}: {} {}; when none "
                          "does, remove that file",
                          directory.string(), lock.string(), why));
}

std::unexpected<Error> in_use(const fs::path& directory, const Owner& owner) {
  return fail(ErrorCode::profile_in_use,
              fmt::format("the browser profile {} is in use by another browser (process {} on this "
                          "machine, {}): stop that one, or set browser.user_data_dir to another "
                          "directory",
                          directory.string(), owner.pid, base::printable(owner.host)));
}

std::unexpected<Error> in_use_elsewhere(const fs::path& directory, const fs::path& lock,
                                        const Owner& owner) {
  return fail(
      ErrorCode::profile_in_use,
      fmt::format("the browser profile {} is in use by a browser on another machine "
                  "(process {} on {}): stop that one; or, when that machine no longer uses "
                  "the profile, remove the file {}",
                  directory.string(), owner.pid, base::printable(owner.host), lock.string()));
}

/// The lock goes last, so that what could not be completed is found again.
Result<void> remove_all_three(const fs::path& directory) {
  for (const auto* name : {"SingletonCookie", "SingletonSocket", "SingletonLock"}) {
    std::error_code error;
    fs::remove(directory / name, error);
    if (!error) continue;
    return fail(ErrorCode::browser_start_failed,
                fmt::format("{}, which a crashed browser has left behind, can't be removed: {}",
                            (directory / name).string(), error.message()));
  }
  return {};
}

/// The owner of the profile's lock; nothing without a lock, an error when it can't be read.
Result<std::optional<Owner>> read_owner(const fs::path& directory, const fs::path& lock) {
  std::error_code error;
  const auto type = fs::symlink_status(lock, error).type();
  if (type == fs::file_type::not_found) return std::nullopt;
  if (error) return unreadable(directory, lock, "can't be read: " + error.message());
  if (type != fs::file_type::symlink) {
    return unreadable(directory, lock, "is not the symbolic link that Chromium makes");
  }
  const auto target = fs::read_symlink(lock, error).string();
  // A browser that ends removes it at any time.
  if (error == std::errc::no_such_file_or_directory) return std::nullopt;
  if (error) return unreadable(directory, lock, "can't be read: " + error.message());
  auto owner = parse_owner(target);
  if (owner) return owner;
  return unreadable(directory, lock,
                    fmt::format("points to {}, which is not \"host-process\"",
                                base::quoted(base::excerpt(target, 100))));
}

/// The process of this machine that uses the profile, if one does.
std::optional<pid_t> user_of(const fs::path& directory) {
  const auto owner = read_owner(directory, lock_of(directory));
  if (!owner || !*owner || (*owner)->host != host_name()) return std::nullopt;
  return uses((*owner)->pid, directory) ? std::optional((*owner)->pid) : std::nullopt;
}

}  // namespace

Result<void> clear_stale_singleton(const fs::path& directory) {
  const auto lock = lock_of(directory);
  const auto owner = read_owner(directory, lock);
  if (!owner) return std::unexpected(owner.error());
  if (!*owner) return {};
  if ((*owner)->host != host_name()) return in_use_elsewhere(directory, lock, **owner);
  if (uses((*owner)->pid, directory)) return in_use(directory, **owner);
  return remove_all_three(directory);
}

asio::awaitable<Result<void>> wait_for_free_profile(asio::any_io_executor executor,
                                                    fs::path directory,
                                                    std::chrono::milliseconds patience,
                                                    base::Log& log) {
  const auto user = user_of(directory);
  auto watch = user ? ExitWatch::open(executor, *user)
                    : Result<ExitWatch>(fail(ErrorCode::browser_gone, "nobody uses the profile"));
  if (watch) {
    const auto deadline = std::chrono::steady_clock::now() + patience;
    base::Condition ended(executor);
    base::TaskGroup tasks(executor, log);
    co_await tasks.enclose([&]() -> asio::awaitable<void> {
      tasks.spawn("end of the profile's browser", [&]() -> asio::awaitable<void> {
        co_await watch->wait();
        ended.notify();
      });
      co_await ended.wait_until(deadline);
    }());
  }
  co_return clear_stale_singleton(directory);
}

}  // namespace lmbridge::cdp
