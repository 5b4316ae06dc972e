// Asks once a day whether there is a newer version, for the operator to know. Nothing is ever
// downloaded but the answer to that, and nothing is replaced.
#pragma once

#include "base/clock.hpp"
#include "base/condition.hpp"
#include "base/error.hpp"
#include "base/log.hpp"
#include "settings/live.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <chrono>
#include <filesystem>
#include <optional>
#include <string>

namespace lmbridge::media {

/// I/O thread only.
class UpdateCheck {
 public:
  struct Options {
    /// Ours.
    std::string version;
    /// Remembers when was asked, so that a daemon that is started often does not ask more often.
    std::filesystem::path file;
  };

  /// What is referred to outlives it.
  UpdateCheck(const boost::asio::any_io_executor& executor, const settings::LiveSettings& settings,
              const base::Clock& clock, base::Log& log, Options options);

  /// Asks when it is time, and says so in the log once when there is a newer version; until the
  /// task is cancelled.
  boost::asio::awaitable<void> run();

  /// Whether and whom to ask may be something else now.
  void settings_changed() { news_.notify(); }

  /// Empty unless there is a newer version than ours, as far as we know.
  [[nodiscard]] const std::string& newer_version() const { return newer_; }

 private:
  /// What was learnt when, from whom.
  struct Record {
    std::string address;
    std::chrono::system_clock::time_point asked;
    std::string newest;
  };

  /// nullopt when nobody is to be asked.
  [[nodiscard]] std::optional<std::chrono::system_clock::time_point> due() const;
  [[nodiscard]] Record read_record() const;
  void write_record() const;
  void take_up();
  boost::asio::awaitable<void> ask(std::string address);
  boost::asio::awaitable<Result<std::string>> fetch_version(const std::string& address);

  boost::asio::any_io_executor executor_;
  const settings::LiveSettings& settings_;
  const base::Clock& clock_;
  base::Log& log_;
  const Options options_;
  base::Condition news_;
  Record record_;
  std::string newer_;
  /// The version that the log has named.
  std::string told_;
};

}  // namespace lmbridge::media
