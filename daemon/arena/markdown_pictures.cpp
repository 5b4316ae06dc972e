#include "arena/markdown_pictures.hpp"

#include "arena/code_regions.hpp"
#include "base/text.hpp"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>

namespace lmbridge::arena {
namespace {

constexpr std::string_view blanks = " \t\r\n";

/// Reads the parenthesis behind `![alt]`; after a failure `position` is where reading went on to.
class TargetReader {
 public:
  /// `begin` is behind the opening parenthesis.
  TargetReader(std::string_view text, std::size_t begin) : text_(text), position_(begin) {}

  [[nodiscard]] std::size_t position() const { return position_; }

  std::optional<std::string_view> read() {
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

 private:
  [[nodiscard]] bool at(char c) const { return position_ < text_.size() && text_[position_] == c; }

  /// False where a blank line ends the paragraph.
  bool skip_blanks() {
    int lines = 0;
    for (; position_ < text_.size() && blanks.contains(text_[position_]); ++position_) {
      if (text_[position_] == '\n' && ++lines > 1) return false;
    }
    return position_ < text_.size();
  }

  /// To the parenthesis that closes, or to a blank.
  bool skip_web_link() {
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

  bool skip_to_bracket() {
    position_ = std::min(text_.size(), text_.find_first_of("<>\n", position_));
    return at('>');
  }

  bool skip_data(bool bracketed) {
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

  /// To the first character that cannot belong to it; blanks at its end do no harm.
  bool skip_base64() {
    for (; position_ < text_.size(); ++position_) {
      const char c = text_[position_];
      const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
      const bool known = letter || (c >= '0' && c <= '9') || std::string_view("+/=%").contains(c);
      if (!known && !skip_blank_in_data()) return !blanks.contains(c);
    }
    return false;
  }

  /// SVG is full of brackets: the one that is meant has the closing parenthesis behind it.
  bool skip_bracketed_text() {
    for (; position_ < text_.size(); ++position_) {
      if (text_.substr(position_).starts_with(">)")) return true;
      if (blanks.contains(text_[position_]) && !skip_blank_in_data()) return false;
    }
    return false;
  }

  bool skip_balanced_text() {
    int depth = 0;
    for (; position_ < text_.size(); ++position_) {
      const char c = text_[position_];
      if (c == '(') ++depth;
      if (c == ')' && depth-- == 0) return true;
      if (blanks.contains(c) && !skip_blank_in_data()) return false;
    }
    return false;
  }

  /// Whether there is a blank here that does not end the paragraph.
  [[nodiscard]] bool skip_blank_in_data() const {
    const char c = text_[position_];
    if (c != '\n') return blanks.contains(c);
    const auto next = text_.find_first_not_of(" \t\r", position_ + 1);
    return next != std::string_view::npos && text_[next] != '\n';
  }

  /// Blanks, maybe a title, and the closing parenthesis.
  bool skip_title() {
    if (!skip_blanks()) return false;
    const char quote = text_[position_];
    const bool has_title = (quote == '"' || quote == '\'') && blanks.contains(text_[position_ - 1]);
    if (has_title && !skip_quoted(quote)) return false;
    if (!at(')')) return false;
    ++position_;
    return true;
  }

  bool skip_quoted(char quote) {
    for (++position_; position_ < text_.size(); ++position_) {
      if (text_[position_] == '\\') {
        ++position_;
      } else if (text_[position_] == quote) {
        ++position_;
        return skip_blanks();
      } else if (text_[position_] == '\n' && !skip_blank_in_data()) {
        return false;
      }
    }
    return false;
  }

  std::string_view text_;
  std::size_t position_;
};

/// Text from which pieces were cut, put together so that no ragged gap is left.
class Joiner {
 public:
  explicit Joiner(std::size_t size) { out_.reserve(size); }

  /// Appends what stands between the last cut and the next one.
  void add(std::string_view piece) {
    if (std::exchange(cut_, false)) piece = close_gap(piece);
    out_ += piece;
  }
  void cut() { cut_ = true; }

  std::string finish() {
    if (cut_) out_.erase(end_of_words());
    return std::move(out_);
  }

 private:
  [[nodiscard]] std::size_t end_of_words() const {
    return std::min(out_.size(), out_.find_last_not_of(blanks) + 1);
  }

  /// Settles the blanks on both sides of a cut; returns the rest of `piece`.
  std::string_view close_gap(std::string_view piece) {
    const auto words = std::min(piece.size(), piece.find_first_not_of(blanks));
    auto head = piece.substr(0, words);
    // What indents the next line belongs to it.
    if (const auto last_break = head.rfind('\n'); last_break != std::string_view::npos) {
      head = head.substr(0, last_break + 1);
    }
    const auto end = end_of_words();
    const auto gap = end == 0 ? "" : gap_between(std::string_view(out_).substr(end), head);
    out_.resize(end);
    out_ += gap;
    if (words == piece.size()) cut_ = true;
    return piece.substr(head.size());
  }

  static std::string gap_between(std::string_view tail, std::string_view head) {
    const auto before = std::ranges::count(tail, '\n');
    const auto behind = std::ranges::count(head, '\n');
    if (before == 0 && behind == 0) return tail.empty() && head.empty() ? "" : " ";
    // A line that held nothing but the picture goes as a whole.
    const bool whole_line = before > 0 && behind > 0;
    std::string gap = before + behind > (whole_line ? 2 : 1) ? "\n\n" : "\n";
    constexpr std::size_t deepest_indentation = 80;
    const auto indentation = tail.substr(tail.rfind('\n') + 1);
    if (behind == 0 && indentation.size() <= deepest_indentation) gap += indentation;
    return gap;
  }

  std::string out_;
  bool cut_ = false;
};

class PictureTaker {
 public:
  PictureTaker(std::string_view text, const base::LinkRules& rules)
      : text_(text), rules_(rules), code_(find_code(text)), cursor_(code_), joiner_(text.size()) {}

  std::vector<MarkdownPicture> take() {
    constexpr std::string_view marks = "\\[]\n";
    std::size_t i = 0;
    while ((i = text_.find_first_of(marks, i)) != std::string_view::npos) {
      if (const auto* region = cursor_.at(i)) {
        i = region->end;
      } else {
        i = pass(i);
      }
    }
    if (!pictures_.empty()) joiner_.add(text_.substr(copied_));
    return std::move(pictures_);
  }

  /// The text without the pictures, if there were any.
  std::string rest() { return joiner_.finish(); }

 private:
  /// Takes note of the mark at `i` and returns where to go on.
  std::size_t pass(std::size_t i) {
    switch (text_[i]) {
      case '\\':
        return i + 2;
      case '[':
        openings_.push_back(i);
        return i + 1;
      case ']':
        return close_bracket(i);
      case '\n':
        if (ends_paragraph(i)) openings_.clear();
        return i + 1;
      default:
        return i + 1;
    }
  }

  [[nodiscard]] bool ends_paragraph(std::size_t line_break) const {
    const auto next = text_.find_first_not_of(" \t\r", line_break + 1);
    return next == std::string_view::npos || text_[next] == '\n';
  }

  [[nodiscard]] bool opens_picture(std::size_t bracket) const {
    if (bracket <= copied_ || text_[bracket - 1] != '!') return false;
    auto i = bracket - 1;
    while (i > copied_ && text_[i - 1] == '\\') --i;
    return (bracket - 1 - i) % 2 == 0;
  }

  std::size_t close_bracket(std::size_t i) {
    if (openings_.empty()) return i + 1;
    const auto opening = openings_.back();
    openings_.pop_back();
    if (i + 1 >= text_.size() || text_[i + 1] != '(' || !opens_picture(opening)) return i + 1;
    TargetReader target(text_, i + 2);
    const auto link = target.read();
    if (!link) return target.position();
    MarkdownPicture picture{.alt = std::string(text_.substr(opening + 1, i - opening - 1)),
                            .url = std::string(*link)};
    if (base::normalize_link(picture.url, rules_)) {
      pictures_.push_back(std::move(picture));
      joiner_.add(text_.substr(copied_, opening - 1 - copied_));
      joiner_.cut();
      copied_ = target.position();
      openings_.clear();
    }
    return target.position();
  }

  std::string_view text_;
  base::LinkRules rules_;
  std::vector<CodeRegion> code_;
  CodeCursor cursor_;
  Joiner joiner_;
  std::vector<MarkdownPicture> pictures_;
  /// The brackets that are open in this paragraph.
  std::vector<std::size_t> openings_;
  /// Behind the last picture that was taken.
  std::size_t copied_ = 0;
};

}  // namespace

std::vector<MarkdownPicture> take_markdown_pictures(std::string& text,
                                                    const base::LinkRules& rules) {
  if (!text.contains("![")) return {};
  PictureTaker taker(text, rules);
  auto pictures = taker.take();
  if (!pictures.empty()) text = taker.rest();
  return pictures;
}

}  // namespace lmbridge::arena
