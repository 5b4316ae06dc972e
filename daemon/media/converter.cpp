#include "media/converter.hpp"

#include "media/transcode.hpp"

#include <stop_token>
#include <utility>

namespace lmbridge::media {
namespace asio = boost::asio;

asio::awaitable<Result<Picture>> Converter::convert(Bytes bytes, PictureTarget target) {
  const auto size = bytes->size();
  co_return co_await pool_.run<Picture>(
      size, [bytes = std::move(bytes), target, limits = limits_.picture](
                const std::stop_token& stop) { return transcode(bytes, target, limits, stop); });
}

asio::awaitable<Result<ShrunkPicture>> Converter::shrink(Bytes bytes, std::size_t base64_limit) {
  const auto size = bytes->size();
  co_return co_await pool_.run<ShrunkPicture>(
      size, [bytes = std::move(bytes), base64_limit,
             limits = limits_.picture](const std::stop_token& stop) {
        return media::shrink(bytes, base64_limit, limits, stop);
      });
}

}  // namespace lmbridge::media
