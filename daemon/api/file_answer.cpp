#include "api/file_answer.hpp"

#include "http/byte_range.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace lmbridge::api {
namespace asio = boost::asio;
using asio::awaitable;

namespace {

/// Read from the disk and sent at once.
constexpr std::size_t piece_size = 128UL * 1024;

bool client_has(const http::Request& request, const std::string& etag) {
  const auto known = request.headers.get("if-none-match").value_or("");
  return known == "*" || known.contains(etag);
}

/// What of the file goes out, with the status and headers for it.
http::ByteRange choose(const http::Request& request, const std::string& etag, std::uint64_t size,
                       http::Response& head) {
  const http::ByteRange whole{.offset = 0, .length = size};
  const auto asked = request.headers.get("range");
  // A part is good only together with the rest of the same content.
  const bool is_same = request.headers.get("if-range").value_or(etag) == etag;
  if (!asked || !is_same || request.method != "GET") return whole;
  const auto range = http::parse_byte_range(*asked, size);
  if (!range) return whole;
  const bool is_empty = range->length == 0;
  head.status = is_empty ? 416 : 206;
  head.headers.add("content-range", is_empty
                                        ? fmt::format("bytes */{}", size)
                                        : fmt::format("bytes {}-{}/{}", range->offset,
                                                      range->offset + range->length - 1, size));
  return *range;
}

awaitable<Result<void>> send_content(http::Exchange& exchange, const ServedFile& file,
                                     http::ByteRange range) {
  while (range.length > 0) {
    const auto wanted = static_cast<std::size_t>(std::min<std::uint64_t>(range.length, piece_size));
    const auto piece = co_await file.read(range.offset, wanted);
    if (!piece) co_return std::unexpected(piece.error());
    if (piece->size() < wanted) co_return fail(ErrorCode::internal, "a file has become shorter");
    range.offset += wanted;
    range.length -= wanted;
    if (exchange.write_now(*piece)) continue;
    if (auto flushed = co_await exchange.flush(); !flushed) co_return flushed;
  }
  co_return co_await exchange.finish();
}

}  // namespace

awaitable<Result<void>> send_file(http::Exchange& exchange, ServedFile file) {
  const auto& request = exchange.request();
  const auto etag = fmt::format("\"{}\"", file.etag);
  http::Response head{.status = 200, .headers = std::move(file.headers), .body = {}};
  head.headers.add("etag", etag);
  head.headers.add("accept-ranges", "bytes");
  if (client_has(request, etag)) {
    head.status = 304;
    co_return co_await exchange.respond(std::move(head));
  }
  const auto range = choose(request, etag, file.size, head);
  if (auto begun = co_await exchange.start_sized(std::move(head), range.length); !begun) {
    co_return begun;
  }
  if (request.method == "HEAD") co_return co_await exchange.finish();
  co_return co_await send_content(exchange, file, range);
}

}  // namespace lmbridge::api
