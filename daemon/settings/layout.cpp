#include "settings/layout.hpp"

#include <algorithm>

namespace lmbridge::settings {

std::string_view line_end_of(std::string_view text) {
  const auto end = text.find('\n');
  return end != std::string_view::npos && end > 0 && text[end - 1] == '\r' ? "\r\n" : "\n";
}

std::size_t line_begin(std::string_view text, std::size_t offset) {
  const auto before = text.substr(0, offset).rfind('\n');
  if (before != std::string_view::npos) return before + 1;
  return text.starts_with("\xef\xbb\xbf") ? 3 : 0;
}

std::string_view indent_of(std::string_view text, std::size_t offset) {
  const auto line = text.substr(line_begin(text, offset));
  return line.substr(0, std::min(line.find_first_not_of(blanks), line.size()));
}

bool begins_line(std::string_view text, std::size_t offset) {
  return line_begin(text, offset) + indent_of(text, offset).size() == offset;
}

Tail tail_of(std::string_view text, std::size_t offset) {
  Tail tail{.end = offset};
  for (;;) {
    const auto at = std::min(text.find_first_not_of(blanks, tail.end), text.size());
    const auto rest = text.substr(at);
    if (rest.starts_with("//")) {
      auto end = std::min(text.find('\n', at), text.size());
      if (text[end - 1] == '\r' && end < text.size()) --end;
      return {.end = end, .has_line_comment = true};
    }
    if (!rest.starts_with("/*")) return tail;
    tail.end = text.find("*/", at + 2) + 2;
  }
}

}  // namespace lmbridge::settings
