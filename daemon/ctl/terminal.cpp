#include "ctl/terminal.hpp"

#include <fmt/format.h>

#include <unistd.h>

#include <cstdlib>

namespace lmbridge::ctl {
namespace {

std::string_view environment(const char* name) {
  const auto* value = std::getenv(name);
  return value != nullptr ? value : "";
}

}  // namespace

Terminal find_terminal() {
  Terminal terminal{.input = isatty(STDIN_FILENO) == 1,
                    .output = isatty(STDOUT_FILENO) == 1,
                    .errors = isatty(STDERR_FILENO) == 1};
  terminal.colours =
      terminal.output && environment("NO_COLOR").empty() && environment("TERM") != "dumb";
  return terminal;
}

std::string Style::marked(std::string_view mark, std::string_view text) const {
  return colours_ ? fmt::format("\x1b[{}m{}\x1b[0m", mark, text) : std::string(text);
}

}  // namespace lmbridge::ctl
