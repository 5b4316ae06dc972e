// Pictures in Markdown, as answers of earlier turns show them: the site takes them as attachments.
#pragma once

#include "base/link.hpp"

#include <string>
#include <vector>

namespace lmbridge::arena {

struct MarkdownPicture {
  std::string alt;
  /// As base::normalize_link() leaves it.
  std::string url;
  bool operator==(const MarkdownPicture&) const = default;
};

/// Takes `![alt](url "title")` and `![alt](<url>)` out of `text`, with the blank lines that would
/// be left around the gap. Links that `rules` do not allow stay, and so does what is escaped or in
/// code. Other than in CommonMark a data: link may have blanks and line breaks in it, but no blank
/// line. Takes time linear in the length of `text`: what an unfinished picture has run over is not
/// looked at again.
std::vector<MarkdownPicture> take_markdown_pictures(std::string& text,
                                                    const base::LinkRules& rules);

}  // namespace lmbridge::arena
