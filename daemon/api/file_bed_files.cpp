#include "api/file_bed_files.hpp"

#include "api/file_answer.hpp"
#include "http/message.hpp"

#include <utility>

namespace lmbridge::api {
namespace asio = boost::asio;
using asio::awaitable;

namespace {

constexpr std::string_view path_prefix = "/uploads/";
/// In a way that no browser runs it.
http::Headers headers_of(const media::StoredUpload& file) {
  const bool is_harmless = media::is_harmless_media_type(file.media_type());
  return {{"content-type", std::string(file.media_type())},
          {"content-disposition", is_harmless ? "inline" : "attachment"},
          {"x-content-type-options", "nosniff"},
          {"content-security-policy", "sandbox; default-src 'none'"},
          {"cache-control", "no-store"}};
}

}  // namespace

awaitable<Result<void>> show_upload(http::Exchange& exchange, FileBedParts& parts) {
  const auto& request = exchange.request();
  const auto name =
      http::percent_decoded(std::string_view(request.path).substr(path_prefix.size()));
  if (!name) co_return fail(ErrorCode::not_found, "there is no such file");
  auto file = co_await parts.store.open(*name);
  if (!file) co_return std::unexpected(std::move(file.error()));
  ServedFile served{
      .headers = headers_of(**file),
      // A name is never given to another file.
      .etag = *name,
      .size = (*file)->size(),
      .read = [&store = parts.store, file = *file](std::uint64_t offset, std::size_t length) {
        return store.read(file, offset, length);
      }};
  co_return co_await send_file(exchange, std::move(served));
}

}  // namespace lmbridge::api
