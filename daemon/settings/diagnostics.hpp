// What is wrong with one file of the configuration, and where.
#pragma once

#include "settings/jsonc.hpp"

#include <cstddef>
#include <map>
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

  void error(std::size_t offset, std::string_view what) { errors_.emplace(offset, what); }
  void warning(std::size_t offset, std::string_view what) { warnings_.emplace(offset, what); }

  /// Lines "file:line:column: what", in the order of the file.
  [[nodiscard]] std::vector<std::string> errors() const { return lines(errors_); }
  [[nodiscard]] std::vector<std::string> warnings() const { return lines(warnings_); }

  /// The file's own words, shortened; for "found ...". Of what is hidden only the kind is told.
  [[nodiscard]] std::string source(const JsoncNode& node) const;

  /// Keeps a value and all that stands in it out of messages.
  void hide(const JsoncNode& node) { hidden_.emplace_back(node.begin, node.end); }
  [[nodiscard]] bool is_hidden(std::size_t begin, std::size_t end) const;

 private:
  /// By offset.
  using Problems = std::multimap<std::size_t, std::string>;

  [[nodiscard]] std::vector<std::string> lines(const Problems& problems) const;

  std::string file_name_;
  std::string_view text_;
  Problems errors_;
  Problems warnings_;
  std::vector<std::pair<std::size_t, std::size_t>> hidden_;
};

/// "a string", "an object" and so on.
std::string_view kind(const JsoncNode& node);

}  // namespace lmbridge::settings
