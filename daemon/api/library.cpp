#include "api/library.hpp"

#include "api/picture_line.hpp"
#include "api/query.hpp"
#include "api/replies.hpp"
#include "base/clock.hpp"
#include "http/byte_range.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <fmt/format.h>

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
  auto day = query_text(query, "date");
  if (!day) return std::unexpected(std::move(day.error()));
  const auto offset = query_number(query, "offset", 0, largest_offset, 0);
  if (!offset) return std::unexpected(offset.error());
  const auto limit = query_number(query, "limit", 1, media::largest_library_page, 50);
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

/// What is sent of a picture: all of it, or a part.
struct Part {
  http::ByteRange range;
  bool is_whole = true;
};

/// A picture whose client may have it already, or asks for a part of it.
class PictureReply {
 public:
  PictureReply(http::Exchange& exchange, std::string_view media_type, std::string etag,
               std::uint64_t size)
      : exchange_(exchange), etag_(fmt::format("\"{}\"", etag)), size_(size) {
    response_.headers = {{"content-type", std::string(media_type)},
                         {"etag", etag_},
                         {"accept-ranges", "bytes"},
                         // The name has the content's hash in it.
                         {"cache-control", "private, max-age=31536000, immutable"},
                         {"x-content-type-options", "nosniff"},
                         {"content-security-policy", "default-src 'none'; sandbox"}};
  }

  [[nodiscard]] bool client_has_it() const {
    const auto known = exchange_.request().headers.get("if-none-match").value_or("");
    return known == "*" || known.contains(etag_);
  }

  /// Nothing where the client asks for what is not there.
  [[nodiscard]] std::optional<Part> part() const {
    const Part whole{.range = {.offset = 0, .length = size_}};
    const auto& headers = exchange_.request().headers;
    const auto asked = headers.get("range");
    // A part is good only together with the same whole.
    const bool is_same = headers.get("if-range").value_or(etag_) == etag_;
    if (!asked || !is_same) return whole;
    const auto range = http::parse_byte_range(*asked, size_);
    if (!range) return whole;
    if (range->length == 0) return std::nullopt;
    return Part{.range = *range, .is_whole = false};
  }

  awaitable<void> not_modified() { return send(304, {}); }

  awaitable<void> not_satisfiable() {
    response_.headers.add("content-range", fmt::format("bytes */{}", size_));
    return send(416, {});
  }

  awaitable<void> send_part(Part part, std::string bytes) {
    if (part.is_whole) return send(200, std::move(bytes));
    const auto& [offset, length] = part.range;
    response_.headers.add("content-range",
                          fmt::format("bytes {}-{}/{}", offset, offset + length - 1, size_));
    return send(206, std::move(bytes));
  }

 private:
  awaitable<void> send(unsigned status, std::string body) {
    response_.status = status;
    response_.body = std::move(body);
    co_await exchange_.respond(std::move(response_));
  }

  http::Exchange& exchange_;
  std::string etag_;
  std::uint64_t size_;
  http::Response response_;
};

awaitable<Result<void>> send_stored(http::Exchange& exchange, media::Library& library,
                                    media::StoredPicture::Handle picture) {
  PictureReply reply(exchange, picture->media_type(), picture->etag(), picture->size());
  if (reply.client_has_it()) {
    co_await reply.not_modified();
    co_return Result<void>();
  }
  const auto part = reply.part();
  if (!part) {
    co_await reply.not_satisfiable();
    co_return Result<void>();
  }
  auto bytes = co_await library.read(picture, part->range.offset,
                                     static_cast<std::size_t>(part->range.length));
  if (!bytes) co_return std::unexpected(std::move(bytes.error()));
  co_await reply.send_part(*part, *std::move(bytes));
  co_return Result<void>();
}

awaitable<Result<void>> send_thumbnail(http::Exchange& exchange, media::Pictures& pictures,
                                       media::StoredPicture::Handle picture, int width) {
  const auto thumbnail = co_await pictures.thumbnail(std::move(picture), width);
  if (!thumbnail) co_return std::unexpected(thumbnail.error());
  const auto& bytes = *(*thumbnail)->picture.bytes;
  PictureReply reply(exchange, (*thumbnail)->picture.media_type, (*thumbnail)->etag, bytes.size());
  if (reply.client_has_it()) {
    co_await reply.not_modified();
  } else {
    const Part whole{.range = {.offset = 0, .length = bytes.size()}};
    co_await reply.send_part(whole, bytes);
  }
  co_return Result<void>();
}

awaitable<Result<void>> send_picture(http::Exchange& exchange, const Context& context) {
  const auto& request = exchange.request();
  const auto width = query_number(request.query, "w", smallest_width, largest_width, 0);
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
  if (!sent) co_await exchange.respond(error_response(sent.error()));
}

}  // namespace lmbridge::api
