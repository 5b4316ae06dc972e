#include "media/version.hpp"

#include "base/text.hpp"

#include <boost/json/parse.hpp>

#include <algorithm>
#include <charconv>
#include <system_error>

namespace lmbridge::media {
namespace json = boost::json;
namespace {

/// Also without the line end that files have.
std::string_view without_space(std::string_view text) {
  constexpr std::string_view space = " \t\r\n";
  const auto first = text.find_first_not_of(space);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(space) - first + 1);
}

std::string text_in(const json::object& object) {
  for (const auto* name : {"tag_name", "version"}) {
    const auto* member = object.if_contains(name);
    if (member != nullptr && member->is_string()) return std::string(member->as_string());
  }
  return {};
}

}  // namespace

std::strong_ordering Version::operator<=>(const Version& other) const {
  const auto number = [](const Version& version, std::size_t place) {
    return place < version.numbers.size() ? version.numbers[place] : 0;
  };
  for (std::size_t i = 0; i < std::max(numbers.size(), other.numbers.size()); ++i) {
    if (const auto order = number(*this, i) <=> number(other, i); order != 0) return order;
  }
  return std::strong_ordering::equal;
}

std::optional<Version> parse_version(std::string_view text) {
  if (text.starts_with('v')) text.remove_prefix(1);
  Version version;
  const auto* place = text.data();
  const auto* end = text.data() + text.size();
  for (;;) {
    std::uint32_t number = 0;
    const auto [stop, error] = std::from_chars(place, end, number);
    if (error != std::errc()) return std::nullopt;
    version.numbers.push_back(number);
    if (stop == end) break;
    if (*stop != '.' || version.numbers.size() == 4) return std::nullopt;
    place = stop + 1;
  }
  return version.numbers.size() < 2 ? std::nullopt : std::optional(std::move(version));
}

Result<std::string> version_in(std::string_view answer) {
  boost::system::error_code error;
  const auto value = json::parse(answer, error);
  std::string text(without_space(answer));
  if (!error && value.is_object()) text = text_in(value.as_object());
  if (!parse_version(text)) {
    return fail(ErrorCode::download_failed,
                "the answer has no version in it: it begins with " +
                    base::quoted(base::excerpt(without_space(answer), 60)));
  }
  return text.starts_with('v') ? text.substr(1) : text;
}

}  // namespace lmbridge::media
