// What the terminal is, and how text stands out on it.
#pragma once

#include <string>
#include <string_view>

namespace lmbridge::ctl {

/// Which of the three streams are a terminal, and whether colours are welcome on standard output.
struct Terminal {
  bool input = false;
  bool output = false;
  bool errors = false;
  bool colours = false;
};

/// Of this process. Colours only on a terminal, never with NO_COLOR.
Terminal find_terminal();

/// Marks text, or leaves it as it is.
class Style {
 public:
  explicit Style(bool colours) : colours_(colours) {}

  [[nodiscard]] std::string bold(std::string_view text) const { return marked("1", text); }
  [[nodiscard]] std::string dim(std::string_view text) const { return marked("2", text); }
  [[nodiscard]] std::string good(std::string_view text) const { return marked("32", text); }
  [[nodiscard]] std::string warning(std::string_view text) const { return marked("33", text); }
  [[nodiscard]] std::string bad(std::string_view text) const { return marked("31", text); }

 private:
  [[nodiscard]] std::string marked(std::string_view mark, std::string_view text) const;
  bool colours_;
};

}  // namespace lmbridge::ctl
