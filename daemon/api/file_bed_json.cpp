#include "api/file_bed_upload.hpp"
#include "base/base64.hpp"
#include "base/link.hpp"
#include "base/strict_json.hpp"
#include "media/upload.hpp"

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <stop_token>
#include <utility>

namespace lmbridge::api {
namespace asio = boost::asio;
namespace json = boost::json;
using asio::awaitable;

namespace {

constexpr std::uint64_t megabyte = 1024UL * 1024;
constexpr std::uint64_t largest_json = 48 * megabyte;
/// For everything but the base64.
constexpr std::uint64_t json_overhead = 64UL * 1024;
/// Of all JSON that is being read at the same time.
constexpr std::size_t largest_json_total = 128 * megabyte;

struct DecodedFile {
  std::string name;
  std::string content;
};

/// Counts bytes that are held in memory for as long as it lives.
class HeldBytes {
 public:
  explicit HeldBytes(std::size_t& total) : total_(total) {}
  HeldBytes(const HeldBytes&) = delete;
  HeldBytes& operator=(const HeldBytes&) = delete;
  ~HeldBytes() { total_ -= held_; }

  Result<void> add(std::size_t bytes) {
    if (total_ + bytes > largest_json_total) {
      return fail(ErrorCode::overloaded,
                  "too many files are being uploaded as JSON at the moment: try again, or send "
                  "the file as multipart/form-data");
    }
    total_ += bytes;
    held_ += bytes;
    return {};
  }

 private:
  std::size_t& total_;
  std::size_t held_ = 0;
};

Error with_advice(Error error, std::uint64_t largest_file_bytes) {
  if (error.code != ErrorCode::payload_too_large) return error;
  const bool is_for_json = json_body_limit(largest_file_bytes) == largest_json;
  error.message =
      is_for_json ? fmt::format(
                        "as JSON a file may have {} MB of base64: send it as multipart/form-data, "
                        "e.g. curl -F file=@picture.png",
                        largest_json / megabyte)
                  : fmt::format("the file is larger than {} MB (file_bed_server.max_file_mb)",
                                largest_file_bytes / megabyte);
  return error;
}

/// The text under `key`; empty where there is none.
Result<std::string> take_text(json::object& fields, std::string_view key) {
  auto* value = fields.if_contains(key);
  if (value == nullptr || value->is_null()) return std::string();
  if (!value->is_string())
    return fail_param(std::string(key), fmt::format("{} must be a string", key));
  std::string text(value->get_string());
  *value = nullptr;
  return text;
}

/// Base64, with or without the beginning that makes it a data: link.
Result<std::string> decode_content(std::string text) {
  if (text.empty()) {
    return fail_param("file_data", "file_data is missing: it must be the file as base64");
  }
  if (!base::has_scheme(text, "data:")) text.insert(0, "data:;base64,");
  if (auto normal = base::normalize_link(text); !normal) {
    return fail_param("file_data",
                      fmt::format("file_data can't be read: {}", normal.error().message));
  }
  return base::base64_decoded(base::split_data_link(text)->base64);
}

Result<DecodedFile> decode(std::string body, const UploadAccess& access) {
  auto document = base::parse_strict_json(body, {.depth = 8, .values = 1000});
  body = {};
  if (!document) return std::unexpected(std::move(document.error()));
  if (!document->is_object()) {
    return fail(ErrorCode::invalid_request, "the request's body must be a JSON object");
  }
  auto& fields = document->get_object();
  const auto key = take_text(fields, "api_key");
  if (!key) return std::unexpected(key.error());
  if (auto checked = access.check(*key); !checked) return std::unexpected(checked.error());
  auto name = take_text(fields, "file_name");
  if (!name) return std::unexpected(name.error());
  auto data = take_text(fields, "file_data");
  if (!data) return std::unexpected(data.error());
  auto content = decode_content(*std::move(data));
  if (!content) return std::unexpected(content.error());
  return DecodedFile{.name = *std::move(name), .content = *std::move(content)};
}

awaitable<Result<std::string>> read_whole_body(http::Exchange& exchange, HeldBytes& held) {
  std::string body;
  std::array<char, 16UL * 1024> buffer{};
  for (;;) {
    const auto size = co_await exchange.read_body(buffer);
    if (!size) co_return std::unexpected(size.error());
    if (*size == 0) co_return body;
    if (auto added = held.add(*size); !added) co_return std::unexpected(added.error());
    body.append(buffer.data(), *size);
  }
}

}  // namespace

std::uint64_t json_body_limit(std::uint64_t largest_file_bytes) {
  return std::min(largest_json, (largest_file_bytes + 2) / 3 * 4 + json_overhead);
}

awaitable<Result<std::string>> take_json(http::Exchange& exchange, FileBedParts& parts) {
  const UploadAccess access(exchange.request(), parts.options.api_key);
  HeldBytes held(parts.json_bytes);
  auto body = co_await read_whole_body(exchange, held);
  if (!body) {
    co_return std::unexpected(
        with_advice(std::move(body.error()), parts.store.options().largest_file_bytes));
  }
  // As text, as a JSON value, as a link.
  const auto size = 3 * body->size();
  auto file = co_await parts.decoders.run<DecodedFile>(
      size, [body = *std::move(body), access](const std::stop_token&) mutable {
        return decode(std::move(body), access);
      });
  if (!file) co_return std::unexpected(std::move(file.error()));
  media::Upload upload(parts.store, file->name);
  if (auto written = co_await upload.write(std::move(file->content)); !written) {
    co_return std::unexpected(written.error());
  }
  co_return co_await upload.finish();
}

}  // namespace lmbridge::api
