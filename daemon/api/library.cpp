#include "api/library.hpp"

#include "api/file_answer.hpp"
#include "api/picture_line.hpp"
#include "api/replies.hpp"
#include "base/clock.hpp"
#include "http/query.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include <utility>

namespace lmbridge::api {
namespace asio = boost::asio;
namespace json = boost::json;
using asio::awaitable;

namespace {

constexpr std::string_view path_prefix = "/api/images/";
constexpr std::size_t largest_offset = 1'000'000'000;
/// Of thumbnails, in pixels.
constexpr std::size_t smallest_width = 16;
constexpr std::size_t largest_width = 2048;

Result<media::LibraryQuery> read_query(std::string_view query) {
  auto day = http::query_text(query, "date");
  if (!day) return std::unexpected(std::move(day.error()));
  const auto offset = http::query_number(query, "offset", 0, largest_offset, 0);
  if (!offset) return std::unexpected(offset.error());
  const auto limit = http::query_number(query, "limit", 1, media::largest_library_page, 50);
  if (!limit) return std::unexpected(limit.error());
  return media::LibraryQuery{
      .day = std::move(*day).value_or(""), .offset = *offset, .limit = *limit};
}

json::object describe(const media::ListedPicture& picture) {
  const std::string_view path = picture.path;
  const auto slash = path.find('/');
  return {{"filename", path.substr(slash + 1)},
          {"folder", path.substr(0, slash)},
          {"size", picture.bytes},
          {"media_type", picture.media_type},
          {"modified", base::iso_8601(picture.modified)},
          {"url", library_link("", path)}};
}

http::Headers headers_of(std::string_view media_type) {
  return {{"content-type", std::string(media_type)},
          // The name has the content's hash in it.
          {"cache-control", "private, max-age=31536000, immutable"},
          {"x-content-type-options", "nosniff"},
          {"content-security-policy", "default-src 'none'; sandbox"}};
}

awaitable<Result<void>> send_stored(http::Exchange& exchange, media::Library& library,
                                    media::StoredPicture::Handle picture) {
  ServedFile file{.headers = headers_of(picture->media_type()),
                  .etag = picture->etag(),
                  .size = picture->size(),
                  .read = [&library, picture](std::uint64_t offset, std::size_t length) {
                    return library.read(picture, offset, length);
                  }};
  co_return co_await send_file(exchange, std::move(file));
}

awaitable<Result<void>> send_thumbnail(http::Exchange& exchange, media::Pictures& pictures,
                                       media::StoredPicture::Handle picture, int width) {
  const auto thumbnail = co_await pictures.thumbnail(std::move(picture), width);
  if (!thumbnail) co_return std::unexpected(thumbnail.error());
  const auto bytes = (*thumbnail)->picture.bytes;
  ServedFile file{
      .headers = headers_of((*thumbnail)->picture.media_type),
      .etag = (*thumbnail)->etag,
      .size = bytes->size(),
      .read = [bytes](std::uint64_t offset, std::size_t length) -> awaitable<Result<std::string>> {
        co_return bytes->substr(static_cast<std::size_t>(offset), length);
      }};
  co_return co_await send_file(exchange, std::move(file));
}

awaitable<Result<void>> send_picture(http::Exchange& exchange, const Context& context) {
  const auto& request = exchange.request();
  const auto width = http::query_number(request.query, "w", smallest_width, largest_width, 0);
  if (!width) co_return std::unexpected(width.error());
  const auto path =
      http::percent_decoded(std::string_view(request.path).substr(path_prefix.size()));
  if (!path) co_return fail(ErrorCode::not_found, "there is no such picture");
  auto& library = context.pictures.library();
  auto picture = co_await library.open(*path);
  if (!picture) co_return std::unexpected(std::move(picture.error()));
  if (*width == 0) co_return co_await send_stored(exchange, library, *std::move(picture));
  co_return co_await send_thumbnail(exchange, context.pictures, *std::move(picture),
                                    static_cast<int>(*width));
}

}  // namespace

awaitable<void> list_library(http::Exchange& exchange, const Context& context) {
  auto query = read_query(exchange.request().query);
  if (!query) {
    co_await exchange.respond(error_response(query.error()));
    co_return;
  }
  const auto offset = query->offset;
  const auto page = co_await context.pictures.library().list(*std::move(query));
  if (!page) {
    co_await exchange.respond(error_response(page.error()));
    co_return;
  }
  json::array images;
  for (const auto& picture : page->pictures) images.push_back(describe(picture));
  auto response = http::json_response(200, json::serialize(json::object{
                                               {"total", page->total},
                                               {"offset", offset},
                                               {"images", std::move(images)},
                                           }));
  response.headers.add("cache-control", "no-store");
  co_await exchange.respond(std::move(response));
}

awaitable<void> show_picture(http::Exchange& exchange, const Context& context) {
  const auto sent = co_await send_picture(exchange, context);
  if (!sent && !exchange.started()) co_await exchange.respond(error_response(sent.error()));
}

}  // namespace lmbridge::api
