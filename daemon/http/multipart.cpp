#include "http/multipart.hpp"

#include "http/parameters.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace lmbridge::http {
namespace {

constexpr std::size_t boundary_limit = 70;
/// Blanks behind a boundary, which mail relays of old may have added.
constexpr std::size_t padding_limit = 256;

std::unexpected<Error> bad(std::string message) {
  return fail(ErrorCode::invalid_request, std::move(message));
}

/// RFC 2046, section 5.1.1.
bool is_boundary_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         std::string_view("'()+_,-./:=? ").contains(c);
}

/// Gathers what one feed() of a whole body hands out.
class FieldCollector final : public MultipartSink {
 public:
  Result<void> begin_part(PartHead head) override {
    fields_.push_back({.name = std::move(head.name),
                       .filename = std::move(head.filename),
                       .content_type = std::move(head.content_type),
                       .content = {}});
    return {};
  }
  Result<void> part_content(std::string_view bytes) override {
    fields_.back().content = bytes;
    return {};
  }
  Result<void> end_part() override { return {}; }

  std::vector<FormField> take() { return std::move(fields_); }

 private:
  std::vector<FormField> fields_;
};

}  // namespace

Result<std::string> multipart_boundary(std::string_view content_type) {
  const auto parsed = parse_parameters("Content-Type", content_type);
  if (!parsed) return std::unexpected(parsed.error());
  if (parsed->value != "multipart/form-data") {
    return fail(ErrorCode::unsupported_media_type, "the Content-Type must be multipart/form-data");
  }
  const auto boundary = parsed->get("boundary");
  if (!boundary) return bad("the Content-Type multipart/form-data has no boundary");
  if (boundary->empty() || boundary->size() > boundary_limit) {
    return bad(fmt::format("the boundary in the Content-Type must have 1 to {} characters",
                           boundary_limit));
  }
  if (!std::ranges::all_of(*boundary, is_boundary_character) || boundary->ends_with(' ')) {
    return bad("the boundary in the Content-Type has characters that boundaries must not have");
  }
  return std::string(*boundary);
}

MultipartReader::MultipartReader(std::string_view boundary, MultipartSink& sink,
                                 MultipartLimits limits)
    : sink_(sink), limits_(limits), delimiter_("\r\n--" + std::string(boundary)) {}

Result<void> MultipartReader::feed(std::string_view bytes) {
  while (!bytes.empty()) {
    const auto taken = take(bytes);
    if (!taken) return std::unexpected(taken.error());
    bytes.remove_prefix(*taken);
  }
  return {};
}

Result<void> MultipartReader::finish() const {
  if (state_ == State::epilogue) return {};
  if (state_ == State::preamble) {
    return bad(
        "the multipart body has no boundary in it: is it the one that the "
        "Content-Type names?");
  }
  return bad("the multipart body ends before its closing boundary");
}

/// How many of `bytes`, which are not empty, have been used: at least one.
Result<std::size_t> MultipartReader::take(std::string_view bytes) {
  switch (state_) {
    case State::preamble:
    case State::content:
      return search_delimiter(bytes);
    case State::delimiter_end:
      if (auto read = end_delimiter(bytes.front()); !read) return std::unexpected(read.error());
      return 1;
    case State::head:
      return collect_head(bytes);
    case State::epilogue:
      break;
  }
  return bytes.size();
}

/// Goes on to the end of the next delimiter or of `bytes`, and hands out what is content for sure.
Result<std::size_t> MultipartReader::search_delimiter(std::string_view bytes) {
  const auto carried = matched_;
  std::size_t at = 0;
  while (at < bytes.size() && matched_ < delimiter_.size()) {
    if (bytes[at] == delimiter_[matched_]) {
      ++matched_;
      ++at;
    } else if (matched_ == 0) {
      at = std::min(bytes.size(), bytes.find('\r', at));
    } else {
      matched_ = 0;
    }
  }
  // Otherwise the match began in earlier bytes and still goes on.
  if (at >= matched_) {
    const auto before = std::string_view(delimiter_).substr(0, carried).substr(assumed_);
    assumed_ = 0;
    if (auto handed = hand_out(before); !handed) return std::unexpected(handed.error());
    if (auto handed = hand_out(bytes.substr(0, at - matched_)); !handed) {
      return std::unexpected(handed.error());
    }
  }
  if (matched_ == delimiter_.size()) {
    if (auto ended = end_content(); !ended) return std::unexpected(ended.error());
  }
  return at;
}

Result<void> MultipartReader::hand_out(std::string_view bytes) {
  if (bytes.empty()) return {};
  if (state_ == State::content) return sink_.part_content(bytes);
  preamble_size_ += bytes.size();
  if (preamble_size_ <= limits_.preamble) return {};
  return bad(
      fmt::format("there is no boundary in the first {} bytes of the multipart body: is it "
                  "the one that the Content-Type names?",
                  limits_.preamble));
}

Result<void> MultipartReader::end_content() {
  const bool was_part = state_ == State::content;
  state_ = State::delimiter_end;
  matched_ = 0;
  assumed_ = 0;
  padding_size_ = 0;
  last_ = '\0';
  return was_part ? sink_.end_part() : Result<void>();
}

/// Behind a boundary comes a line's end, with blanks in front of it, or "--".
Result<void> MultipartReader::end_delimiter(char next) {
  const auto last = std::exchange(last_, next);
  if (last == '-' && next == '-') {
    state_ = State::epilogue;
    return {};
  }
  if (last == '\r' && next == '\n') {
    state_ = State::head;
    // As if a line had ended before: a part without a head is found like any other.
    head_ = "\r\n";
    return {};
  }
  const bool is_blank = next == ' ' || next == '\t';
  if (is_blank && ++padding_size_ > padding_limit) {
    return bad("a boundary in the multipart body has too many blanks behind it");
  }
  const bool may_follow = last == '\0' || last == ' ' || last == '\t';
  if (may_follow && (is_blank || next == '\r' || (next == '-' && last == '\0'))) return {};
  return bad("a boundary in the multipart body is not followed by a line's end or by \"--\"");
}

Result<std::size_t> MultipartReader::collect_head(std::string_view bytes) {
  constexpr std::string_view empty_line = "\r\n\r\n";
  const auto known = head_.size();
  const auto size_limit = limits_.part_head + empty_line.size();
  head_ += bytes.substr(0, size_limit - known);
  const auto end = head_.find(empty_line, known - std::min(known, empty_line.size() - 1));
  if (end == std::string::npos) {
    if (head_.size() < size_limit) return head_.size() - known;
    return bad(fmt::format("the head of a part is larger than {} bytes", limits_.part_head));
  }
  head_.resize(end + empty_line.size());
  const auto used = head_.size() - known;
  if (auto ended = end_head(); !ended) return std::unexpected(ended.error());
  return used;
}

Result<void> MultipartReader::end_head() {
  if (++parts_ > limits_.parts) {
    return bad(fmt::format("the multipart body has more than {} parts", limits_.parts));
  }
  auto head = parse_part_head(std::string_view(head_).substr(2, head_.size() - 4));
  if (!head) return std::unexpected(head.error());
  state_ = State::content;
  matched_ = 2;
  assumed_ = 2;
  return sink_.begin_part(*std::move(head));
}

Result<std::vector<FormField>> parse_multipart(std::string_view content_type, std::string_view body,
                                               MultipartLimits limits) {
  const auto boundary = multipart_boundary(content_type);
  if (!boundary) return std::unexpected(boundary.error());
  FieldCollector collector;
  MultipartReader reader(*boundary, collector, limits);
  if (auto fed = reader.feed(body); !fed) return std::unexpected(fed.error());
  if (auto finished = reader.finish(); !finished) return std::unexpected(finished.error());
  return collector.take();
}

}  // namespace lmbridge::http
