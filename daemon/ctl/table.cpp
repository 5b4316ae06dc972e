#include "ctl/table.hpp"

#include <locale.h>
#include <wchar.h>

#include <algorithm>
#include <cwchar>

namespace lmbridge::ctl {

namespace {

/// For wcwidth() and its like, wherever lmbridgectl is started.
class Utf8Locale {
 public:
  Utf8Locale() : ours_(newlocale(LC_CTYPE_MASK, "C.UTF-8", nullptr)), before_(uselocale(ours_)) {}
  Utf8Locale(const Utf8Locale&) = delete;
  Utf8Locale& operator=(const Utf8Locale&) = delete;
  ~Utf8Locale() {
    uselocale(before_);
    if (ours_ != nullptr) freelocale(ours_);
  }

 private:
  locale_t ours_;
  locale_t before_;
};

}  // namespace

std::size_t width_of(const std::string& text) {
  const Utf8Locale locale;
  std::size_t width = 0;
  std::mbstate_t state{};
  for (std::size_t i = 0; i < text.size();) {
    wchar_t character = 0;
    const auto size = std::mbrtowc(&character, text.data() + i, text.size() - i, &state);
    // What is no character takes a column as whatever the terminal shows for it.
    const bool is_character = size > 0 && size <= text.size() - i;
    width += is_character ? static_cast<std::size_t>(std::max(wcwidth(character), 0)) : 1U;
    i += is_character ? size : 1;
    if (!is_character) state = {};
  }
  return width;
}

std::string render_table(const std::vector<Row>& rows) {
  std::vector<std::size_t> widths;
  for (const auto& row : rows) {
    widths.resize(std::max(widths.size(), row.size()));
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], width_of(row[i]));
  }
  std::string text;
  for (const auto& row : rows) {
    for (std::size_t i = 0; i < row.size(); ++i) {
      text += row[i];
      if (i + 1 < row.size()) text.append(widths[i] - width_of(row[i]) + 2, ' ');
    }
    text.erase(text.find_last_not_of(' ') + 1);
    text += '\n';
  }
  return text;
}

}  // namespace lmbridge::ctl
