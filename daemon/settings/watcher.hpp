// Tells when files change, however that comes about: written in place, renamed over, deleted and
// made again, reached through links that are turned elsewhere.
#pragma once

#include "base/log.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>

#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace lmbridge::settings {

/// I/O thread only. The kernel reports changes of a directory's names (inotify(7)), so for each
/// file the directories are watched in which it, and each link on the way to it, has its name.
class Watcher {
 public:
  /// Changes count from here on. Files need not exist.
  Watcher(const boost::asio::any_io_executor& executor, base::Log& log,
          std::vector<std::filesystem::path> files);

  /// Resumes once something has happened to one of the files and then nothing for 50 ms, because
  /// editors write in several steps; while a file is still open for writing it waits on, but for
  /// a second at most.
  boost::asio::awaitable<void> changed();

 private:
  using Names = std::set<std::string, std::less<>>;

  void watch_all();
  void watch_file(const std::filesystem::path& file, std::map<int, Names>& watched);
  void watch_name(const std::filesystem::path& directory, const std::string& name,
                  std::map<int, Names>& watched);
  bool take_events();
  bool take_event(int directory, unsigned mask, std::string_view name);

  base::Log& log_;
  std::vector<std::filesystem::path> files_;
  boost::asio::posix::stream_descriptor inotify_;
  /// The names that matter, by the watch of their directory.
  std::map<int, Names> watched_;
  /// Files that somebody is in the middle of writing.
  std::set<std::string, std::less<>> being_written_;
};

}  // namespace lmbridge::settings
