// The HTTP interface of the file bed server, which is a listener of its own: POST /upload takes a
// file, GET /uploads/{name} hands it out for a while.
#pragma once

#include "base/log.hpp"
#include "http/exchange.hpp"
#include "http/router.hpp"
#include "media/upload_store.hpp"
#include "media/worker_pool.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>

namespace lmbridge::api {

struct FileBedOptions {
  /// What uploads need; empty = nothing, and then they must come from this machine.
  std::string api_key;
  /// What links to files begin with, e.g. "http://127.0.0.1:5104"; asked for with each upload.
  std::function<std::string()> base_url;
};

/// What the routes work with.
struct FileBedParts {
  FileBedOptions options;
  media::UploadStore& store;
  base::Log& log;
  /// Decodes what came as JSON.
  media::WorkerPool decoders;
  /// Bytes of JSON that are being read.
  std::size_t json_bytes = 0;
};

/// I/O thread only. Requests have to end before it goes.
class FileBed {
 public:
  /// The store and the log outlive it.
  FileBed(const boost::asio::any_io_executor& executor, media::UploadStore& store, base::Log& log,
          FileBedOptions options);

  /// Answers one request; an http::Handler.
  boost::asio::awaitable<void> handle(http::Exchange& exchange);

  /// How large the body of an upload may be; nothing for other requests. An
  /// http::ConnectionContext::streamed_body_limit.
  [[nodiscard]] std::optional<std::uint64_t> streamed_body_limit(const http::Request& head) const;

 private:
  using Route = boost::asio::awaitable<Result<void>> (*)(http::Exchange&, FileBedParts&);

  FileBedParts parts_;
  http::Router<Route> router_;
};

/// The error in the form that clients of such servers know: {"success": false, "error": "..."}.
http::Response file_bed_error(const Error& error);

}  // namespace lmbridge::api
