#include "openai/citation_list.hpp"

#include "base/text.hpp"
#include "openai/markdown.hpp"

#include <fmt/format.h>

namespace lmbridge::openai {
namespace {

constexpr std::size_t longest_title = 300;
constexpr std::size_t longest_url = 2000;

bool is_web_link(std::string_view url) {
  return url.size() <= longest_url && (url.starts_with("https://") || url.starts_with("http://"));
}

/// One line, in which nothing is taken for the end of the link's text.
std::string escaped_title(std::string_view title) {
  std::string out;
  for (const char c : base::excerpt(base::trimmed(title), longest_title)) {
    const bool blank = c == '\n' || c == '\r' || c == '\t';
    if (c == '[' || c == ']' || c == '\\') out += '\\';
    out += blank ? ' ' : c;
  }
  return out;
}

}  // namespace

void CitationList::add(std::string_view title, std::string_view url) {
  if (seen_.size() >= most || !seen_.emplace(url.empty() ? title : url).second) return;
  const auto name = escaped_title(base::trimmed(title).empty() ? url : title);
  text_ += fmt::format("{}{}. ", seen_.size() == 1 ? "\n\n" : "\n", seen_.size());
  text_ += is_web_link(url) ? fmt::format("[{}]({})", name, link_target(url)) : name;
}

}  // namespace lmbridge::openai
