// Reads typed values out of a JSONC object and collects everything that is wrong with it, so that
// the operator sees all problems at once, each with its place.
#pragma once

#include "settings/jsonc.hpp"

#include <chrono>
#include <initializer_list>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace lmbridge::settings {

/// The problems of one file. A warning leaves the configuration usable, an error does not.
class Diagnostics {
 public:
  Diagnostics(std::string file_name, std::string_view text)
      : file_name_(std::move(file_name)), text_(text) {}

  /// "file:line:column: what".
  void error(std::size_t offset, std::string_view what) { errors.push_back(place(offset, what)); }
  void warning(std::size_t offset, std::string_view what) {
    warnings.push_back(place(offset, what));
  }

  [[nodiscard]] std::string place(std::size_t offset, std::string_view what) const;
  /// The file's own words, shortened; for "found ...".
  [[nodiscard]] std::string source(const JsoncNode& node) const;

  std::vector<std::string> errors;
  std::vector<std::string> warnings;

 private:
  std::string file_name_;
  std::string_view text_;
};

/// One object of the file. A read() of an absent key leaves the default in place; a wrong value is
/// reported and leaves it too. When the section goes, keys that nobody asked for are warned about.
class Section {
 public:
  Section(const JsoncNode* node, std::string path, Diagnostics& diagnostics);
  Section(const Section&) = delete;
  Section& operator=(const Section&) = delete;
  ~Section();

  void read(std::string_view key, std::string& value);
  void read(std::string_view key, bool& value);
  void read(std::string_view key, std::vector<std::string>& values);
  /// A whole number from `smallest` to `largest`.
  void read(std::string_view key, std::size_t& value, std::size_t smallest, std::size_t largest);
  /// Seconds, fractions allowed, from `smallest` to `largest`.
  void read(std::string_view key, std::chrono::milliseconds& value, std::chrono::seconds smallest,
            std::chrono::seconds largest);
  /// One of a few words.
  template <class Enum>
  void read(std::string_view key, Enum& value,
            std::initializer_list<std::pair<std::string_view, Enum>> words) {
    std::vector<std::string_view> allowed;
    for (const auto& [word, meaning] : words) allowed.push_back(word);
    if (const auto chosen = choose(key, allowed)) value = std::next(words.begin(), *chosen)->second;
  }

  /// The object under `key`; an empty section when it is absent.
  Section section(std::string_view key);

  /// Reports the value of `key`, for checks that only the caller can make.
  void refuse(std::string_view key, std::string_view allowed);

  /// False when the key is absent.
  [[nodiscard]] bool has(std::string_view key) const { return find(key) != nullptr; }

 private:
  [[nodiscard]] const JsoncMember* find(std::string_view key) const;
  const JsoncNode* take(std::string_view key);
  std::optional<std::ptrdiff_t> choose(std::string_view key,
                                       const std::vector<std::string_view>& allowed);
  std::optional<double> take_number(std::string_view key, double smallest, double largest,
                                    bool whole, std::string_view unit);
  void refuse(const JsoncNode& node, std::string_view key, std::string_view allowed);
  [[nodiscard]] std::string path_of(std::string_view key) const;

  const JsoncNode::Members* members_ = nullptr;
  std::string path_;
  Diagnostics& diagnostics_;
  std::set<std::string, std::less<>> known_;
};

}  // namespace lmbridge::settings
