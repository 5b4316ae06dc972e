// Bodies of type multipart/form-data (RFC 7578, RFC 2046): what browsers, curl -F and the SDKs send
// files in. Bytes in, parts out, no I/O. For small forms that are in memory already there is
// parse_multipart().
#pragma once

#include "base/error.hpp"
#include "http/part_head.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace lmbridge::http {

/// The boundary in a Content-Type header. Errors: unsupported_media_type for what is no
/// multipart/form-data, invalid_request for a boundary that is missing or not legal.
Result<std::string> multipart_boundary(std::string_view content_type);

struct MultipartLimits {
  /// Bytes of one part's head.
  std::size_t part_head = 8UL * 1024;
  std::size_t parts = 1000;
  /// Bytes in front of the first boundary, which mean nothing.
  std::size_t preamble = 8UL * 1024;
};

/// Takes the parts as they come. An error ends the reading and is what feed() returns.
class MultipartSink {
 public:
  virtual ~MultipartSink() = default;
  virtual Result<void> begin_part(PartHead head) = 0;
  /// Any number of times a part. The bytes go when the call is over, but for those of one feed()
  /// of a whole body: these point into that body, in one piece a part.
  virtual Result<void> part_content(std::string_view bytes) = 0;
  virtual Result<void> end_part() = 0;
};

/// Takes time that is linear in the bytes and memory that does not grow with them. Any thread.
class MultipartReader {
 public:
  /// The sink outlives the reader.
  MultipartReader(std::string_view boundary, MultipartSink& sink, MultipartLimits limits = {});

  /// The next bytes of the body, however it is cut. Errors: invalid_request, those of the sink;
  /// after one the reader is of no use.
  Result<void> feed(std::string_view bytes);

  /// Where the body ends. Errors: invalid_request when its closing boundary has not come.
  [[nodiscard]] Result<void> finish() const;

 private:
  enum class State { preamble, delimiter_end, head, content, epilogue };

  Result<std::size_t> take(std::string_view bytes);
  Result<std::size_t> search_delimiter(std::string_view bytes);
  Result<void> hand_out(std::string_view bytes);
  Result<void> end_content();
  Result<void> end_delimiter(char next);
  Result<std::size_t> collect_head(std::string_view bytes);
  Result<void> end_head();

  MultipartSink& sink_;
  MultipartLimits limits_;
  /// CRLF, two hyphens and the boundary. CR stands at its beginning only, which makes searching it
  /// simple: a match that fails can only begin anew at the byte where it failed.
  std::string delimiter_;
  State state_ = State::preamble;
  /// So many bytes of the delimiter have been seen, of which the first `assumed_` were not in the
  /// body: a delimiter at the beginning, or right behind a head, has no CRLF of its own.
  std::size_t matched_ = 2;
  std::size_t assumed_ = 2;
  std::size_t preamble_size_ = 0;
  std::size_t padding_size_ = 0;
  /// The last byte behind the delimiter; NUL when there was none.
  char last_ = '\0';
  std::string head_;
  std::size_t parts_ = 0;
};

struct FormField {
  std::string name;
  std::optional<std::string> filename;
  std::string content_type;
  /// Points into the body.
  std::string_view content;
};

/// All parts of a body that is in memory, in their order. `content_type` is the request's header.
/// Errors: those of multipart_boundary() and MultipartReader.
Result<std::vector<FormField>> parse_multipart(std::string_view content_type, std::string_view body,
                                               MultipartLimits limits = {});

}  // namespace lmbridge::http
