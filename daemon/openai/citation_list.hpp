// The sources of a search model's answer, as a numbered list of Markdown links behind it.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <unordered_set>

namespace lmbridge::openai {

/// One an answer. A source that was named already is not named again.
class CitationList {
 public:
  /// What is beyond is left out: a list adorns an answer.
  static constexpr std::size_t most = 200;

  /// `url` may be anything; only https: and http: become links. One of the two is not empty.
  void add(std::string_view title, std::string_view url);

  /// A blank line and the list; empty when there are no sources.
  [[nodiscard]] const std::string& text() const { return text_; }

 private:
  std::string text_;
  std::unordered_set<std::string> seen_;
};

}  // namespace lmbridge::openai
