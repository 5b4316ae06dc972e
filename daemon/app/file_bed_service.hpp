// The file bed server: its listener, its routes and its files, for as long as the daemon runs.
#pragma once

#include "api/file_bed.hpp"
#include "base/clock.hpp"
#include "base/error.hpp"
#include "base/ids.hpp"
#include "base/log.hpp"
#include "http/server.hpp"
#include "media/upload_store.hpp"
#include "settings/settings.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <chrono>
#include <filesystem>
#include <memory>
#include <string>

namespace lmbridge::app {

/// I/O thread only. After a start() without error stop() must have been awaited before it goes.
class FileBedService {
 public:
  /// Everything outlives it but the settings, of which it takes what it needs. `folder` is where
  /// the files lie.
  FileBedService(const boost::asio::any_io_executor& executor, const settings::Settings& settings,
                 std::filesystem::path folder, const base::Clock& clock, base::IdSource& ids,
                 base::Log& log);

  /// Errors: those of http::Server::listen() and media::UploadStore::start().
  boost::asio::awaitable<Result<void>> start();

  /// As http::Server has them.
  boost::asio::awaitable<bool> drain(std::chrono::steady_clock::duration limit);
  void hurry();
  boost::asio::awaitable<void> stop(std::chrono::steady_clock::duration grace);

  /// What links to files begin with.
  [[nodiscard]] std::string base_url() const;

 private:
  Result<void> listen();

  boost::asio::any_io_executor executor_;
  const settings::FileBedServer settings_;
  http::ServerOptions server_options_;
  base::IdSource& ids_;
  base::Log& log_;
  media::UploadStore store_;
  api::FileBed api_;
  std::unique_ptr<http::Server> server_;
};

}  // namespace lmbridge::app
