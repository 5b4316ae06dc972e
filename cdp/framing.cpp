#include "cdp/framing.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>

namespace lmbridge::cdp {

std::span<char> FrameDecoder::prepare(std::size_t size) {
  // One huge message must not keep its memory for ever.
  constexpr std::size_t keep = 1024UL * 1024;
  if (begin_ == end_ && buffer_.size() > keep) {
    buffer_ = {};
    begin_ = scanned_ = end_ = 0;
  }
  // Moved only when the end is reached, so that a long message in many reads is not copied each
  // time.
  if (buffer_.size() - end_ < size && begin_ > 0) {
    const auto first = buffer_.begin();
    std::copy(first + static_cast<std::ptrdiff_t>(begin_),
              first + static_cast<std::ptrdiff_t>(end_), first);
    end_ -= begin_;
    scanned_ -= begin_;
    begin_ = 0;
  }
  if (buffer_.size() - end_ < size) buffer_.resize(std::max(end_ + size, buffer_.size() * 2));
  return std::span(buffer_).subspan(end_);
}

std::unexpected<Error> FrameDecoder::too_long() const {
  return fail(ErrorCode::browser_gone,
              fmt::format("a DevTools message is longer than {} bytes", message_limit_));
}

Result<std::optional<std::string_view>> FrameDecoder::next() {
  const auto* from = buffer_.data() + scanned_;
  const void* found = scanned_ < end_ ? std::memchr(from, '\0', end_ - scanned_) : nullptr;
  if (found == nullptr) {
    scanned_ = end_;
    if (buffered() > message_limit_) return too_long();
    if (begin_ == end_) begin_ = scanned_ = end_ = 0;
    return std::nullopt;
  }
  const auto length = static_cast<std::size_t>(static_cast<const char*>(found) - from) + scanned_;
  if (length - begin_ > message_limit_) return too_long();
  const std::string_view message(buffer_.data() + begin_, length - begin_);
  begin_ = scanned_ = length + 1;
  return message;
}

}  // namespace lmbridge::cdp
