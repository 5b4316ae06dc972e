// Collects the names of request fields that are accepted and do nothing.
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace lmbridge::openai {

/// The names come from strangers and end in a log line and in a response header: they are cut, and
/// characters that a header value cannot hold, or that separate names, become "?".
class IgnoredFields {
 public:
  explicit IgnoredFields(std::size_t limit) : limit_(limit) {}

  void add(std::string_view prefix, std::string_view field) {
    constexpr std::size_t longest = 64;
    std::string name(prefix);
    for (const char c : field.substr(0, longest)) {
      const bool printable = c > ' ' && c < '\x7f' && c != ',' && c != '"';
      name += printable ? c : '?';
    }
    if (names_.size() < limit_) names_.insert(std::move(name));
  }

  [[nodiscard]] std::vector<std::string> names() const { return {names_.begin(), names_.end()}; }

 private:
  std::size_t limit_;
  std::set<std::string> names_;
};

}  // namespace lmbridge::openai
