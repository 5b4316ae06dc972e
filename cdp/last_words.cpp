#include "cdp/last_words.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <array>
#include <vector>

namespace lmbridge::cdp {
namespace {

constexpr std::size_t lines_kept = 5;

/// Source files of Chromium whose complaints mean nothing on a server.
constexpr std::array<std::string_view, 6> idle_complaints{
    ":dbus/", ":device/bluetooth/", ":media/gpu/vaapi/", ":ui/gl/", ":gpu/", "chrome_crashpad"};

bool is_telling(std::string_view line) {
  return !base::trimmed(line).empty() &&
         std::ranges::none_of(idle_complaints, [line](std::string_view complaint) {
           return line.find(complaint) != std::string_view::npos;
         });
}

}  // namespace

std::string last_words(std::string_view stderr_tail) {
  std::vector<std::string_view> lines;
  while (!stderr_tail.empty()) {
    const auto end = std::min(stderr_tail.find('\n'), stderr_tail.size());
    if (const auto line = stderr_tail.substr(0, end); is_telling(line)) lines.push_back(line);
    stderr_tail.remove_prefix(std::min(end + 1, stderr_tail.size()));
  }
  std::string words;
  const auto skipped = lines.size() - std::min(lines.size(), lines_kept);
  for (std::size_t i = skipped; i < lines.size(); ++i) {
    if (!words.empty()) words += " | ";
    words += base::printable(lines[i]);
  }
  return words;
}

}  // namespace lmbridge::cdp
