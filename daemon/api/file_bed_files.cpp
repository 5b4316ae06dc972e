#include "api/file_bed_files.hpp"

#include "http/byte_range.hpp"
#include "http/message.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace lmbridge::api {
namespace asio = boost::asio;
using asio::awaitable;

namespace {

constexpr std::string_view path_prefix = "/uploads/";
/// Read from the disk and sent at once.
constexpr std::size_t piece_size = 128UL * 1024;

/// The head of an answer with `range` of the file; the range's length becomes 0 where there is
/// nothing of the file in it.
http::Response head_for(const media::StoredUpload& file, const http::Request& request,
                        http::ByteRange& range) {
  const bool is_harmless = media::is_harmless_media_type(file.media_type());
  // A name is never given to another file.
  const auto etag = fmt::format("\"{}\"", request.path.substr(path_prefix.size()));
  http::Response head{.status = 200,
                      .headers = {{"content-type", std::string(file.media_type())},
                                  {"content-disposition", is_harmless ? "inline" : "attachment"},
                                  {"x-content-type-options", "nosniff"},
                                  {"content-security-policy", "sandbox; default-src 'none'"},
                                  {"cache-control", "no-store"},
                                  {"accept-ranges", "bytes"},
                                  {"etag", etag}},
                      .body = {}};
  range = {.offset = 0, .length = file.size()};
  const auto asked = request.headers.get("range");
  const bool is_same = request.headers.get("if-range").value_or(etag) == etag;
  if (!asked || !is_same || request.method != "GET") return head;
  const auto parsed = http::parse_byte_range(*asked, file.size());
  if (!parsed) return head;
  range = *parsed;
  head.status = range.length == 0 ? 416 : 206;
  head.headers.add("content-range",
                   range.length == 0 ? fmt::format("bytes */{}", file.size())
                                     : fmt::format("bytes {}-{}/{}", range.offset,
                                                   range.offset + range.length - 1, file.size()));
  return head;
}

awaitable<Result<void>> send_content(http::Exchange& exchange, media::UploadStore& store,
                                     media::StoredUpload::Handle file, http::ByteRange range) {
  while (range.length > 0) {
    const auto wanted = static_cast<std::size_t>(std::min<std::uint64_t>(range.length, piece_size));
    const auto piece = co_await store.read(file, range.offset, wanted);
    if (!piece) co_return std::unexpected(piece.error());
    if (piece->size() < wanted) {
      co_return fail(ErrorCode::internal, "an uploaded file has become shorter");
    }
    range.offset += wanted;
    range.length -= wanted;
    if (exchange.write_now(*piece)) continue;
    if (auto flushed = co_await exchange.flush(); !flushed) co_return flushed;
  }
  co_return co_await exchange.finish();
}

}  // namespace

awaitable<Result<void>> show_upload(http::Exchange& exchange, FileBedParts& parts) {
  const auto& request = exchange.request();
  const auto name =
      http::percent_decoded(std::string_view(request.path).substr(path_prefix.size()));
  if (!name) co_return fail(ErrorCode::not_found, "there is no such file");
  auto file = co_await parts.store.open(*name);
  if (!file) co_return std::unexpected(std::move(file.error()));
  http::ByteRange range;
  auto head = head_for(**file, request, range);
  if (auto begun = co_await exchange.start_sized(std::move(head), range.length); !begun) {
    co_return begun;
  }
  if (request.method == "HEAD") co_return co_await exchange.finish();
  co_return co_await send_content(exchange, parts.store, *std::move(file), range);
}

}  // namespace lmbridge::api
