// A table of all keys of config.jsonc: each is tried with a value that is right and with wrong
// ones.
#pragma once

#include "settings/load.hpp"

#include <gmock/gmock.h>

#include <functional>
#include <ostream>
#include <string>
#include <utility>
#include <vector>

namespace lmbridge::settings {

/// A key, a value that is right with the question whether it has arrived, and values that are
/// wrong.
struct Key {
  std::string path;
  std::string right;
  std::function<bool(const Settings&)> arrived;
  std::vector<std::string> wrong;
  /// Members that stand in front, for keys that mean nothing alone.
  std::string beside = "";
};

inline void PrintTo(const Key& key, std::ostream* out) {
  *out << key.path;
}

/// {"a":{"b":value}} for the path a.b.
inline std::string config(const std::string& path, const std::string& value,
                          const std::string& beside = "") {
  const auto front = beside.empty() ? std::string("{") : '{' + beside + ',';
  const auto dot = path.find('.');
  if (dot == std::string::npos) return front + '"' + path + "\":" + value + '}';
  return front + '"' + path.substr(0, dot) + "\":" + config(path.substr(dot + 1), value) + '}';
}

class EveryKey : public testing::TestWithParam<Key> {};

inline Key seconds_key(std::string path,
                       std::function<std::chrono::milliseconds(const Settings&)> get,
                       std::vector<std::string> wrong = {"0", "0.5", "3601", "\"5\"", "true",
                                                         "null"}) {
  return {.path = std::move(path),
          .right = "7.5",
          .arrived = [get = std::move(get)](
                         const Settings& s) { return get(s) == std::chrono::milliseconds(7500); },
          .wrong = std::move(wrong)};
}

/// A whole number.
inline Key number_key(std::string path, std::string right,
                      std::function<std::size_t(const Settings&)> get,
                      std::vector<std::string> wrong) {
  const auto number = std::stoul(right);
  return {.path = std::move(path),
          .right = std::move(right),
          .arrived = [number, get = std::move(get)](const Settings& s) { return get(s) == number; },
          .wrong = std::move(wrong)};
}

inline Key texts_key(std::string path,
                     std::function<std::vector<std::string>(const Settings&)> get) {
  return {.path = std::move(path),
          .right = R"(["one", "two"])",
          .arrived =
              [get = std::move(get)](const Settings& s) {
                return get(s) == std::vector<std::string>{"one", "two"};
              },
          .wrong = {"\"one\"", "{}", "7", "null"}};
}

/// A switch that is set to what is not its default.
inline Key switch_key(std::string path, bool value, std::function<bool(const Settings&)> get,
                      std::string beside = "") {
  return {.path = std::move(path),
          .right = value ? "true" : "false",
          .arrived = [value, get = std::move(get)](const Settings& s) { return get(s) == value; },
          .wrong = {"\"true\"", "1", "null"},
          .beside = std::move(beside)};
}

}  // namespace lmbridge::settings
