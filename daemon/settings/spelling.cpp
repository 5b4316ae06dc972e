#include "settings/spelling.hpp"

#include <algorithm>
#include <numeric>
#include <vector>

namespace lmbridge::settings {
namespace {

constexpr std::size_t largest_distance = 2;

/// Levenshtein's distance, row by row.
std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> above(b.size() + 1);
  std::iota(above.begin(), above.end(), 0U);
  std::vector<std::size_t> row(above.size());
  for (std::size_t i = 0; i < a.size(); ++i) {
    row[0] = i + 1;
    for (std::size_t j = 0; j < b.size(); ++j) {
      const auto exchanged = above[j] + (a[i] == b[j] ? 0U : 1U);
      row[j + 1] = std::min({exchanged, above[j + 1] + 1, row[j] + 1});
    }
    std::swap(above, row);
  }
  return above.back();
}

}  // namespace

std::string_view closest(std::string_view text, const std::set<std::string, std::less<>>& words) {
  std::string_view best;
  auto best_distance = std::min(largest_distance + 1, text.size());
  for (const std::string_view word : words) {
    const auto difference = std::max(text.size(), word.size()) - std::min(text.size(), word.size());
    if (difference > largest_distance) continue;
    const auto distance = edit_distance(text, word);
    if (distance >= best_distance) continue;
    best = word;
    best_distance = distance;
  }
  return best;
}

}  // namespace lmbridge::settings
