#include "media/converter.hpp"

#include "base/base64.hpp"
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

asio::awaitable<Result<EncodedPicture>> Converter::encode(Bytes bytes, PictureTarget target) {
  const auto size = bytes->size();
  co_return co_await pool_.run<EncodedPicture>(
      size,
      [bytes = std::move(bytes), target,
       limits = limits_.picture](const std::stop_token& stop) -> Result<EncodedPicture> {
        const auto picture = transcode(bytes, target, limits, stop);
        if (!picture) return std::unexpected(picture.error());
        return EncodedPicture{.base64 = base::base64_encoded(*picture->bytes),
                              .media_type = picture->media_type,
                              .animation_lost = picture->animation_lost};
      });
}

asio::awaitable<Result<Bytes>> Converter::decode(std::string base64) {
  const auto size = base64.size();
  co_return co_await pool_.run<Bytes>(
      size, [base64 = std::move(base64)](const std::stop_token&) -> Result<Bytes> {
        return std::make_shared<const std::string>(base::base64_decoded(base64));
      });
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
