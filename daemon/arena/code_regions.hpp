// Where the code is in a Markdown text, so that what looks like a tag or a picture in it is left
// alone.
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

namespace lmbridge::arena {

/// From the first backtick or tilde to behind the last one.
struct CodeRegion {
  std::size_t begin = 0;
  std::size_t end = 0;
  /// A fenced block that the text ends in.
  bool open_ended = false;
  bool operator==(const CodeRegion&) const = default;
};

/// The fenced blocks (``` and ~~~, also in quotes and lists) and the code spans of `text`, in their
/// order. Lines that are code for their indentation alone are not among them: the same indentation
/// continues an item of a list. Takes time linear in the length of `text`.
std::vector<CodeRegion> find_code(std::string_view text);

/// Walks along the regions of a text, forwards only.
class CodeCursor {
 public:
  /// The regions outlive it.
  explicit CodeCursor(const std::vector<CodeRegion>& regions) : regions_(regions) {}

  /// The region that `position` is in, or nullptr; positions must not decrease.
  const CodeRegion* at(std::size_t position) {
    while (next_ < regions_.size() && regions_[next_].end <= position) ++next_;
    const bool inside = next_ < regions_.size() && regions_[next_].begin <= position;
    return inside ? &regions_[next_] : nullptr;
  }

 private:
  const std::vector<CodeRegion>& regions_;
  std::size_t next_ = 0;
};

}  // namespace lmbridge::arena
