#include "ctl/response.hpp"

#include "base/text.hpp"

#include <charconv>

namespace lmbridge::ctl {
namespace {

constexpr std::string_view line_end = "\r\n";
constexpr std::string_view head_end = "\r\n\r\n";
constexpr std::size_t head_limit = 64UL * 1024;

template <class Number>
bool read_number(std::string_view text, Number& number) {
  const auto* begin = text.data();
  const auto* end = begin + text.size();
  const auto [stop, error] = std::from_chars(begin, end, number);
  return error == std::errc() && stop == end;
}

}  // namespace

bool ResponseReader::take(std::string_view bytes) {
  if (status_ != 0) {
    pass_on(bytes);
    return true;
  }
  head_ += bytes;
  const auto end = head_.find(head_end);
  if (end == std::string::npos) return head_.size() <= head_limit;
  const auto body = head_.substr(end + head_end.size());
  head_.resize(end + line_end.size());
  if (!read_head()) return false;
  if (!body.empty()) pass_on(body);
  return true;
}

bool ResponseReader::read_head() {
  std::string_view lines = head_;
  // "HTTP/1.0 200 OK"
  if (!lines.starts_with("HTTP/1.") || lines.size() < 12) return false;
  if (!read_number(lines.substr(9, 3), status_)) return false;
  for (auto next = lines.find(line_end); next != std::string_view::npos;
       next = lines.find(line_end)) {
    const auto line = lines.substr(0, next);
    lines.remove_prefix(next + line_end.size());
    const auto colon = line.find(':');
    if (colon == std::string_view::npos ||
        !base::equals_ignoring_case(line.substr(0, colon), "content-length")) {
      continue;
    }
    std::size_t length = 0;
    if (!read_number(base::trimmed(line.substr(colon + 1)), length)) return false;
    length_ = length;
  }
  return true;
}

void ResponseReader::pass_on(std::string_view body) {
  received_ += body.size();
  sink_(body);
}

}  // namespace lmbridge::ctl
