#include "api/file_bed.hpp"

#include "api/file_bed_files.hpp"
#include "api/file_bed_upload.hpp"
#include "base/text.hpp"
#include "openai/error_body.hpp"

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <fmt/format.h>

#include <utility>

namespace lmbridge::api {
namespace asio = boost::asio;
namespace json = boost::json;

namespace {

constexpr std::size_t megabyte = 1024UL * 1024;

}  // namespace

FileBed::FileBed(const asio::any_io_executor& executor, media::UploadStore& store, base::Log& log,
                 FileBedOptions options)
    : parts_{.options = std::move(options),
             .store = store,
             .log = log,
             .decoders = media::WorkerPool(executor, {.threads = 1, .bytes = 512 * megabyte})} {
  router_.add("POST", "/upload", take_upload);
  router_.add("GET", "/uploads/*", show_upload);
}

asio::awaitable<void> FileBed::handle(http::Exchange& exchange) {
  const auto& request = exchange.request();
  const auto match = router_.find(request.method, request.path);
  const auto path = base::printable(base::excerpt(request.path, 200));
  Result<void> done;
  if (match.handler != nullptr) {
    done = co_await (*match.handler)(exchange, parts_);
  } else if (match.allowed_methods.empty()) {
    done = fail(ErrorCode::not_found, fmt::format("there is nothing at {}", path));
  } else {
    exchange.add_response_header("allow", match.allowed_methods);
    done = fail(ErrorCode::method_not_allowed,
                fmt::format("{} can be asked with {} only", path, match.allowed_methods));
  }
  if (done || done.error().code == ErrorCode::cancelled) co_return;
  parts_.log.info("a file bed request was refused",
                  {{"id", request.id},
                   {"path", path},
                   {"reason", base::excerpt(base::describe_chain(done.error()), 500)}});
  if (!exchange.started()) co_await exchange.respond(file_bed_error(done.error()));
}

std::optional<std::uint64_t> FileBed::streamed_body_limit(const http::Request& head) const {
  if (head.method != "POST" || head.path != "/upload") return std::nullopt;
  return upload_body_limit(head, parts_.store.options().largest_file_bytes);
}

http::Response file_bed_error(const Error& error) {
  const auto described = openai::describe(error);
  auto response = http::json_response(
      static_cast<unsigned>(described.status),
      json::serialize(json::object{{"success", false}, {"error", described.message}}));
  if (described.retry_after_seconds >= 0) {
    response.headers.add("retry-after", fmt::to_string(described.retry_after_seconds));
  }
  if (error.code == ErrorCode::invalid_api_key) response.headers.add("www-authenticate", "Bearer");
  return response;
}

}  // namespace lmbridge::api
