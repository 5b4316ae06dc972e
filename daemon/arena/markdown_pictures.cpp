#include "arena/markdown_pictures.hpp"

#include "arena/code_regions.hpp"
#include "arena/picture_target.hpp"

#include <algorithm>
#include <optional>
#include <string_view>
#include <utility>

namespace lmbridge::arena {
namespace {

constexpr std::string_view blanks = " \t\r\n";

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
    PictureTarget target(text_, i + 2);
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
