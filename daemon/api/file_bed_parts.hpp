// What the routes of the file bed server work with.
#pragma once

#include "base/log.hpp"
#include "media/upload_store.hpp"
#include "media/worker_pool.hpp"

#include <cstddef>
#include <functional>
#include <string>

namespace lmbridge::api {

struct FileBedOptions {
  /// What uploads need; empty = nothing, and then they must come from this machine.
  std::string api_key;
  /// What links to files begin with, e.g. "http://127.0.0.1:5104"; asked for with each upload.
  std::function<std::string()> base_url;
};

/// I/O thread only; outlives the requests.
struct FileBedParts {
  FileBedOptions options;
  media::UploadStore& store;
  base::Log& log;
  /// Decodes what came as JSON.
  media::WorkerPool decoders;
  /// Bytes of JSON that are being read.
  std::size_t json_bytes = 0;
};

}  // namespace lmbridge::api
