// Reads typed values out of a JSONC object and collects everything that is wrong with it, so that
// the operator sees all problems at once, each with its place.
#pragma once

#include "settings/diagnostics.hpp"
#include "settings/jsonc.hpp"

#include <chrono>
#include <functional>
#include <initializer_list>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace lmbridge::settings {

/// One object of the file. A read() of an absent key leaves the default in place; a wrong value is
/// reported and leaves it too. When the section goes, keys that nobody asked for are warned about.
class Section {
 public:
  Section(const JsoncNode* node, std::string path, Diagnostics& diagnostics);
  Section(const Section&) = delete;
  Section& operator=(const Section&) = delete;
  ~Section();

  /// True when a text, or a list, has arrived.
  bool read(std::string_view key, std::string& value);
  bool read(std::string_view key, std::vector<std::string>& values);
  void read(std::string_view key, bool& value);
  /// A whole number from `smallest` to `largest`.
  void read(std::string_view key, std::size_t& value, std::size_t smallest, std::size_t largest);
  /// Seconds, fractions allowed, from `smallest` to `largest`.
  void read(std::string_view key, std::chrono::milliseconds& value, std::chrono::seconds smallest,
            std::chrono::seconds largest);
  /// The same in minutes.
  void read_minutes(std::string_view key, std::chrono::milliseconds& value,
                    std::chrono::milliseconds smallest, std::chrono::milliseconds largest);
  /// The same in whole milliseconds, from 0.
  void read_milliseconds(std::string_view key, std::chrono::milliseconds& value,
                         std::chrono::milliseconds largest);
  /// One of a few words.
  template <class Enum>
  void read(std::string_view key, Enum& value,
            std::initializer_list<std::pair<std::string_view, Enum>> words) {
    std::vector<std::string_view> allowed;
    for (const auto& [word, meaning] : words) allowed.push_back(word);
    if (const auto chosen = choose(key, allowed)) value = std::next(words.begin(), *chosen)->second;
  }
  /// A string that must be there and must not be empty.
  void require(std::string_view key, std::string& value);

  /// The object under `key`; an empty section when it is absent.
  Section section(std::string_view key);
  /// Each object of the array under `key`.
  void each(std::string_view key, const std::function<void(Section&)>& reader);

  /// For objects whose keys are names: all of them, in order and each once.
  std::vector<std::string> names();
  /// The value under `key` as it is, for readers of their own; nullptr when the key is absent.
  const JsoncNode* node(std::string_view key) { return take(key); }

  /// Keeps the value of `key` out of all messages.
  void hide(std::string_view key);

  /// Reports the value of `key`, for checks that only the caller can make.
  void refuse(std::string_view key, std::string_view allowed);
  /// A warning that points at the first of `keys` that is there, else at the object.
  void warn(std::initializer_list<std::string_view> keys, std::string_view what);

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
  [[nodiscard]] std::string name_of(const JsoncMember& member) const;

  const JsoncNode* object_ = nullptr;
  const JsoncNode::Members* members_ = nullptr;
  std::string path_;
  Diagnostics& diagnostics_;
  std::set<std::string, std::less<>> known_;
};

}  // namespace lmbridge::settings
