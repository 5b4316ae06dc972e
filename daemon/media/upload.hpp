// A file on its way into the UploadStore.
#pragma once

#include "media/upload_store.hpp"

#include <boost/asio/awaitable.hpp>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace lmbridge::media {

/// I/O thread only; one call at a time. Unless it is finished nothing of it stays.
class Upload {
 public:
  /// The store outlives it. `filename` is the uploader's name for it, of which only the extension
  /// is taken.
  Upload(UploadStore& store, std::string_view filename);
  Upload(const Upload&) = delete;
  Upload& operator=(const Upload&) = delete;
  ~Upload();

  /// Errors: payload_too_large, storage_full, overloaded, internal.
  boost::asio::awaitable<Result<void>> write(std::string bytes);

  /// Puts the file into the store; the name under which UploadStore::open() finds it. Errors as
  /// those of write().
  boost::asio::awaitable<Result<std::string>> finish();

 private:
  struct Unfinished;

  void choose_name(std::string_view first_bytes);
  boost::asio::awaitable<Result<void>> put();

  UploadStore& store_;
  std::string filename_;
  /// Empty until the first bytes are there.
  std::string name_;
  std::uint64_t size_ = 0;
  /// Shared with the thread that writes, which may still do so when this goes.
  std::shared_ptr<Unfinished> file_;
};

}  // namespace lmbridge::media
