#include "arena/picture_target.hpp"

#include "base/link.hpp"
#include "base/text.hpp"

#include <algorithm>

namespace lmbridge::arena {
namespace {

constexpr std::string_view blanks = " \t\r\n";

}  // namespace

std::optional<std::string_view> PictureTarget::read() {
  if (!skip_blanks()) return std::nullopt;
  const bool bracketed = at('<');
  if (bracketed) ++position_;
  const auto begin = position_;
  const bool is_data = base::has_scheme(text_.substr(begin, 5), "data:");
  const bool found = is_data     ? skip_data(bracketed)
                     : bracketed ? skip_to_bracket()
                                 : skip_web_link();
  if (!found) return std::nullopt;
  const auto link = text_.substr(begin, position_ - begin);
  if (bracketed && !at('>')) return std::nullopt;
  if (bracketed) ++position_;
  return skip_title() ? std::optional(link) : std::nullopt;
}

bool PictureTarget::skip_blanks() {
  int line_breaks = 0;
  for (; position_ < text_.size() && blanks.contains(text_[position_]); ++position_) {
    if (text_[position_] == '\n' && ++line_breaks > 1) return false;
  }
  return position_ < text_.size();
}

bool PictureTarget::skip_web_link() {
  int depth = 0;
  for (; position_ < text_.size(); ++position_) {
    const char c = text_[position_];
    if (blanks.contains(c)) return depth == 0;
    if (c == '<') return false;
    if (c == '(') ++depth;
    if (c == ')' && depth-- == 0) return true;
  }
  return false;
}

bool PictureTarget::skip_to_bracket() {
  position_ = std::min(text_.size(), text_.find_first_of("<>\n", position_));
  return at('>');
}

bool PictureTarget::skip_data(bool bracketed) {
  constexpr std::size_t longest_declaration = 1024;
  const auto declaration = text_.substr(position_, longest_declaration);
  const auto head = declaration.substr(0, declaration.find(','));
  const auto last = base::trimmed(head.substr(head.rfind(';') + 1));
  if (base::equals_ignoring_case(last, "base64")) {
    position_ += head.size() + 1;
    return skip_base64();
  }
  return bracketed ? skip_bracketed_text() : skip_balanced_text();
}

bool PictureTarget::skip_base64() {
  for (; position_ < text_.size(); ++position_) {
    const char c = text_[position_];
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    const bool known = letter || (c >= '0' && c <= '9') || std::string_view("+/=%").contains(c);
    if (!known && !continues_behind_blank()) return !blanks.contains(c);
  }
  return false;
}

bool PictureTarget::skip_bracketed_text() {
  for (; position_ < text_.size(); ++position_) {
    if (text_.substr(position_).starts_with(">)")) return true;
    if (blanks.contains(text_[position_]) && !continues_behind_blank()) return false;
  }
  return false;
}

bool PictureTarget::skip_balanced_text() {
  int depth = 0;
  for (; position_ < text_.size(); ++position_) {
    const char c = text_[position_];
    if (c == '(') ++depth;
    if (c == ')' && depth-- == 0) return true;
    if (blanks.contains(c) && !continues_behind_blank()) return false;
  }
  return false;
}

bool PictureTarget::continues_behind_blank() const {
  const char c = text_[position_];
  if (c != '\n') return blanks.contains(c);
  const auto next = text_.find_first_not_of(" \t\r", position_ + 1);
  return next != std::string_view::npos && text_[next] != '\n';
}

bool PictureTarget::skip_title() {
  if (!skip_blanks()) return false;
  const char quote = text_[position_];
  const bool has_title = (quote == '"' || quote == '\'') && blanks.contains(text_[position_ - 1]);
  if (has_title && !skip_quoted(quote)) return false;
  if (!at(')')) return false;
  ++position_;
  return true;
}

bool PictureTarget::skip_quoted(char quote) {
  for (++position_; position_ < text_.size(); ++position_) {
    if (text_[position_] == '\\') {
      ++position_;
    } else if (text_[position_] == quote) {
      ++position_;
      return skip_blanks();
    } else if (text_[position_] == '\n' && !continues_behind_blank()) {
      return false;
    }
  }
  return false;
}

}  // namespace lmbridge::arena
