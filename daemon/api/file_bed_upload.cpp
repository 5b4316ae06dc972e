#include "api/file_bed_upload.hpp"

#include "api/access.hpp"
#include "api/replies.hpp"
#include "base/text.hpp"

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <fmt/format.h>

#include <utility>

namespace lmbridge::api {
namespace asio = boost::asio;
namespace json = boost::json;
using asio::awaitable;

namespace {

/// For the heads of a form's parts and its other fields.
constexpr std::uint64_t form_overhead = 1024UL * 1024;

bool is_form(const http::Request& head) {
  const auto given = head.headers.get("content-type").value_or("");
  return base::equals_ignoring_case(base::trimmed(given.substr(0, given.find(';'))),
                                    "multipart/form-data");
}

}  // namespace

UploadAccess::UploadAccess(const http::Request& request, std::string_view api_key)
    : api_key_(api_key),
      bearer_(bearer_key(request)),
      from_this_machine_(check_from_this_machine(request)) {}

Result<void> UploadAccess::check(std::string_view field) const {
  if (api_key_.empty()) return from_this_machine_;
  const bool bearer_fits = base::equals_in_constant_time(bearer_, api_key_);
  const bool field_fits = base::equals_in_constant_time(field, api_key_);
  if (bearer_fits || field_fits) return {};
  return fail(ErrorCode::invalid_api_key,
              bearer_.empty() && field.empty()
                  ? "an API key is needed: send the header Authorization: Bearer <key>, or the "
                    "field api_key, which must stand in front of the file in a form"
                  : "the API key is not the one in the daemon's configuration "
                    "(file_bed_server.api_key)");
}

std::uint64_t upload_body_limit(const http::Request& head, std::uint64_t largest_file_bytes) {
  return is_form(head) ? largest_file_bytes + form_overhead : json_body_limit(largest_file_bytes);
}

awaitable<Result<void>> take_upload(http::Exchange& exchange, FileBedParts& parts) {
  const auto& request = exchange.request();
  Result<std::string> name;
  if (is_form(request)) {
    name = co_await take_form(exchange, parts);
  } else if (require_json(request)) {
    name = co_await take_json(exchange, parts);
  } else {
    name = fail(ErrorCode::unsupported_media_type,
                "the file must come as multipart/form-data, e.g. curl -F file=@picture.png, or as "
                "application/json with file_name and file_data");
  }
  if (!name) co_return std::unexpected(std::move(name.error()));
  parts.log.info("a file was uploaded", {{"id", request.id}, {"file", *name}});
  const auto url = fmt::format("{}/uploads/{}", parts.options.base_url(), *name);
  co_return co_await exchange.respond(http::json_response(
      200, json::serialize(json::object{{"success", true}, {"filename", *name}, {"url", url}})));
}

}  // namespace lmbridge::api
