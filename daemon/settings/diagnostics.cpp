#include "settings/diagnostics.hpp"

#include "base/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace lmbridge::settings {

std::vector<std::string> Diagnostics::lines(const Problems& problems) const {
  std::vector<std::string> lines;
  for (const auto& [offset, what] : problems) {
    const auto [line, column] = position_of(text_, offset);
    lines.push_back(fmt::format("{}:{}:{}: {}", file_name_, line, column, what));
  }
  return lines;
}

bool Diagnostics::is_hidden(std::size_t begin, std::size_t end) const {
  return std::ranges::any_of(hidden_, [begin, end](const auto& range) {
    return begin < range.second && range.first < end;
  });
}

std::string Diagnostics::source(const JsoncNode& node) const {
  if (is_hidden(node.begin, node.end)) return fmt::format("{} (not shown)", kind(node));
  return base::printable(base::excerpt(text_.substr(node.begin, node.end - node.begin), 60));
}

std::string_view kind(const JsoncNode& node) {
  // In the order of the alternatives.
  static constexpr auto kinds = std::to_array<std::string_view>(
      {"null", "a boolean", "a number", "a number", "a string", "an array", "an object"});
  return kinds.at(node.value.index());
}

}  // namespace lmbridge::settings
