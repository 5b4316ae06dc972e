// Converts pictures on threads of its own, with libvips.
#pragma once

#include "base/error.hpp"
#include "media/picture.hpp"
#include "media/shrink.hpp"
#include "media/worker_pool.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <cstddef>

namespace lmbridge::media {

/// I/O thread only. A task that is cancelled takes its picture out of the line at once, or ends its
/// conversion soon. Those that wait have to end before this does.
///
/// Errors: `unsupported_media_type` for what is no picture or of a kind that is not read (SVG,
/// PDF); `payload_too_large` when the file, what it declares or the new format's sides are too
/// large; `invalid_request` when it is damaged; `invalid_configuration` when libvips can't write
/// the format; `overloaded` when too much waits already.
class Converter {
 public:
  struct Limits {
    PictureLimits picture = {};
    WorkerPool::Limits work = {};
  };

  Converter(const boost::asio::any_io_executor& executor, Limits limits)
      : limits_(limits), pool_(executor, limits.work) {}

  /// The picture upright, in sRGB and without metadata. The first frame of what moves, unless the
  /// target is webp. `original` is not touched, only looked at.
  boost::asio::awaitable<Result<Picture>> convert(Bytes bytes, PictureTarget target);

  /// The same in base64.
  boost::asio::awaitable<Result<EncodedPicture>> encode(Bytes bytes, PictureTarget target);

  /// The bytes of `base64`, which is of its alphabet, whatever they are.
  boost::asio::awaitable<Result<Bytes>> decode(std::string base64);

  /// The picture with at most `base64_limit` bytes of base64: the same when it fits, else as jpeg,
  /// or as webp when parts are transparent, with quality lowered first and then its sides.
  boost::asio::awaitable<Result<ShrunkPicture>> shrink(Bytes bytes, std::size_t base64_limit);

  /// What waits and runs, for metrics.
  [[nodiscard]] const WorkerPool& pool() const { return pool_; }

 private:
  Limits limits_;
  WorkerPool pool_;
};

}  // namespace lmbridge::media
