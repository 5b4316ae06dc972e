// The parenthesis of a Markdown picture: `(url "title")`, `(<url>)`.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

namespace lmbridge::arena {

/// Reads the link behind `![alt](`, forwards and without looking back, so that reading on from
/// position() takes linear time however many of them are broken.
class PictureTarget {
 public:
  /// `begin` is behind the opening parenthesis.
  PictureTarget(std::string_view text, std::size_t begin) : text_(text), position_(begin) {}

  /// The link as it stands there. Nothing where the parenthesis is not what a picture has; that
  /// the link is one is the caller's to check.
  std::optional<std::string_view> read();

  /// Behind the closing parenthesis, or where read() gave up; may be behind the end of the text.
  [[nodiscard]] std::size_t position() const { return position_; }

 private:
  [[nodiscard]] bool at(char c) const { return position_ < text_.size() && text_[position_] == c; }
  /// False where the text or, with a blank line, the paragraph ends.
  bool skip_blanks();
  /// To the parenthesis that closes, or to a blank.
  bool skip_web_link();
  bool skip_to_bracket();
  bool skip_data(bool bracketed);
  /// To the first character that cannot belong to it; blanks at its end do no harm.
  bool skip_base64();
  /// SVG is full of brackets: the one that is meant has the closing parenthesis behind it.
  bool skip_bracketed_text();
  bool skip_balanced_text();
  /// Whether there is a blank here, and not one that ends the paragraph.
  [[nodiscard]] bool continues_behind_blank() const;
  /// Blanks, maybe a title, and the closing parenthesis.
  bool skip_title();
  bool skip_quoted(char quote);

  std::string_view text_;
  std::size_t position_;
};

}  // namespace lmbridge::arena
