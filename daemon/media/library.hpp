// The pictures that the daemon keeps (`save_images_locally`): files below one folder, by day.
#pragma once

#include "base/clock.hpp"
#include "base/error.hpp"
#include "base/log.hpp"
#include "media/library_catalog.hpp"
#include "media/library_keeper.hpp"
#include "media/picture.hpp"
#include "media/stored_picture.hpp"
#include "media/worker_pool.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

namespace lmbridge::media {

/// I/O thread only; the disk is only touched by threads of the library's own. Tasks that wait have
/// to end before this does. Everything fails with `overloaded` when too much waits already.
class Library {
 public:
  Library(const boost::asio::any_io_executor& executor, const base::Clock& clock, base::Log& log,
          LibraryOptions options);

  /// Writes the picture whole or not at all; one that is there already is found, not written again.
  /// Errors as in LibraryKeeper::keep(). When the task is cancelled, the picture is kept or not.
  boost::asio::awaitable<Result<KeptPicture>> keep(Bytes bytes, std::string request_id);

  boost::asio::awaitable<Result<LibraryPage>> list(LibraryQuery query);

  /// `path` comes from anybody, already without percent-encoding. Errors as in
  /// StoredPicture::open().
  boost::asio::awaitable<Result<StoredPicture::Handle>> open(std::string path);

  /// Up to `length` bytes from `offset` on.
  boost::asio::awaitable<Result<std::string>> read(StoredPicture::Handle picture,
                                                   std::uint64_t offset, std::size_t length);

  /// Deletes what the options don't want kept any longer.
  boost::asio::awaitable<Result<SweptPictures>> sweep();

  /// Sweeps at once and then every hour; ends when it is cancelled. For a task of the owner's.
  boost::asio::awaitable<void> sweep_hourly();

 private:
  boost::asio::any_io_executor executor_;
  const base::Clock& clock_;
  base::Log& log_;
  std::filesystem::path root_;
  /// Shared with the work that its caller has given up.
  std::shared_ptr<LibraryKeeper> keeper_;
  /// One thread: what changes files runs one after the other. Reading does not wait for it.
  WorkerPool writers_;
  WorkerPool readers_;
};

}  // namespace lmbridge::media
