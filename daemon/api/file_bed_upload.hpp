// POST /upload of the file bed server: as a form, piece by piece, or as JSON with base64.
#pragma once

#include "api/file_bed.hpp"
#include "http/message.hpp"

#include <boost/asio/awaitable.hpp>

#include <cstdint>
#include <string>
#include <string_view>

namespace lmbridge::api {

/// Answers {"success": true, "filename": ..., "url": ...}.
boost::asio::awaitable<Result<void>> take_upload(http::Exchange& exchange, FileBedParts& parts);

/// Of an upload with that head: what its form adds to a file of `largest_file_bytes`.
std::uint64_t upload_body_limit(const http::Request& head, std::uint64_t largest_file_bytes);

/// Whether an upload is allowed; keeps what of the request matters for that. Any thread.
class UploadAccess {
 public:
  UploadAccess(const http::Request& request, std::string_view api_key);

  /// `field` is the key in the request's body; empty where there is none. Errors: invalid_api_key,
  /// forbidden.
  [[nodiscard]] Result<void> check(std::string_view field = {}) const;

  /// Whether check() needs no field.
  [[nodiscard]] bool is_granted() const { return check().has_value(); }

 private:
  std::string api_key_;
  std::string bearer_;
  Result<void> from_this_machine_;
};

/// The name of the file that has been uploaded as a form, or as JSON.
boost::asio::awaitable<Result<std::string>> take_form(http::Exchange& exchange,
                                                      FileBedParts& parts);
boost::asio::awaitable<Result<std::string>> take_json(http::Exchange& exchange,
                                                      FileBedParts& parts);

/// Of a file in JSON: base64 makes a third more of it, and all of it is held in memory.
std::uint64_t json_body_limit(std::uint64_t largest_file_bytes);

}  // namespace lmbridge::api
