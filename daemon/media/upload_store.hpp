// Files that strangers upload and others fetch for a while: whole or not at all, within quotas,
// deleted by age. For pictures that are kept there is the Library.
#pragma once

#include "base/clock.hpp"
#include "base/condition.hpp"
#include "base/error.hpp"
#include "base/ids.hpp"
#include "base/log.hpp"
#include "base/task_group.hpp"
#include "media/stored_upload.hpp"
#include "media/upload_folder.hpp"
#include "media/worker_pool.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>

namespace lmbridge::media {

struct UploadStoreOptions {
  /// The folder; nobody else writes there.
  std::filesystem::path root;
  std::uint64_t largest_file_bytes = 0;
  /// Of all files, those that are being uploaded included.
  std::uint64_t largest_total_bytes = 0;
  /// Older files are not handed out any more, and deleted.
  std::chrono::milliseconds largest_age{0};
};

/// I/O thread only; the disk is only touched by threads of the store's own. Uploads and tasks that
/// wait have to end before stop() is awaited, and that before the store goes. What needs the disk
/// fails with `overloaded` when too much waits already.
class UploadStore {
 public:
  UploadStore(const boost::asio::any_io_executor& executor, const base::Clock& clock,
              base::IdSource& ids, base::Log& log, UploadStoreOptions options);

  /// Takes up what a former run has left, then begins to delete by age; before all else. Error:
  /// invalid_configuration.
  boost::asio::awaitable<Result<void>> start();
  boost::asio::awaitable<void> stop();

  /// Whether there is room for a file of so many bytes, of which `present` are there already.
  /// Errors: payload_too_large, storage_full.
  [[nodiscard]] Result<void> admit(std::uint64_t file_bytes, std::uint64_t present = 0) const;

  /// `name` comes from anybody: nothing but names of files that are there leads to the disk. Error:
  /// not_found.
  boost::asio::awaitable<Result<StoredUpload::Handle>> open(std::string name);

  /// Up to `length` bytes from `offset` on.
  boost::asio::awaitable<Result<std::string>> read(StoredUpload::Handle upload,
                                                   std::uint64_t offset, std::size_t length);

  /// Deletes what is too old.
  boost::asio::awaitable<void> sweep();

  [[nodiscard]] const UploadStoreOptions& options() const { return options_; }
  [[nodiscard]] std::size_t files() const { return files_.size(); }
  /// Of all files, those that are being uploaded included.
  [[nodiscard]] std::uint64_t bytes() const { return total_bytes_; }

 private:
  friend class Upload;

  struct File {
    std::uint64_t bytes = 0;
    std::chrono::system_clock::time_point stored;
  };

  boost::asio::awaitable<void> keep_swept();
  boost::asio::awaitable<Result<void>> work(std::size_t bytes,
                                            std::move_only_function<Result<void>()> what);
  void add(const std::string& name, File file);
  void discard(std::shared_ptr<void> unfinished, std::uint64_t bytes);
  [[nodiscard]] bool is_too_old(const File& file) const;

  boost::asio::any_io_executor executor_;
  const base::Clock& clock_;
  base::IdSource& ids_;
  base::Log& log_;
  UploadStoreOptions options_;
  std::unordered_map<std::string, File> files_;
  /// The oldest first.
  std::deque<std::string> order_;
  std::uint64_t total_bytes_ = 0;
  base::Condition added_;
  WorkerPool workers_;
  base::TaskGroup tasks_;
};

}  // namespace lmbridge::media
