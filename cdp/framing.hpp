// Cuts the byte stream of the DevTools pipe into messages: each is JSON followed by one NUL byte
// (Chromium, content/browser/devtools/devtools_pipe_handler.cc, protocol mode "ASCIIZ").
#pragma once

#include "base/error.hpp"

#include <cstddef>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace lmbridge::cdp {

/// Sans-IO and incremental: read into prepare(), commit() what came, then take messages with next()
/// until it has none. No byte is looked at twice.
class FrameDecoder {
 public:
  /// A message of more bytes than `message_limit` is an error: the stream can't be used any more.
  explicit FrameDecoder(std::size_t message_limit = 256UL * 1024 * 1024)
      : message_limit_(message_limit) {}

  /// Room for at least `size` bytes; ends the life of earlier views.
  std::span<char> prepare(std::size_t size);

  /// The first `size` bytes of the last prepare() are filled.
  void commit(std::size_t size) { end_ += size; }

  /// The next whole message without its NUL, valid until the next prepare(); nullopt when more
  /// bytes are needed.
  Result<std::optional<std::string_view>> next();

  /// Bytes that wait for the rest of their message.
  [[nodiscard]] std::size_t buffered() const { return end_ - begin_; }

 private:
  [[nodiscard]] std::unexpected<Error> too_long() const;

  std::size_t message_limit_;
  std::vector<char> buffer_;
  std::size_t begin_ = 0;    // start of the message that is being collected
  std::size_t scanned_ = 0;  // no NUL in [begin_, scanned_)
  std::size_t end_ = 0;      // end of what was read
};

}  // namespace lmbridge::cdp
