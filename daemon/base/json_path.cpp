#include "base/json_path.hpp"

#include "base/text.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>

namespace lmbridge::base {
namespace json = boost::json;
namespace {

std::optional<std::size_t> index_of(std::string_view step) {
  std::size_t index = 0;
  const auto* begin = step.data();
  const auto* end = begin + step.size();
  const auto [stop, error] = std::from_chars(begin, end, index);
  if (error != std::errc() || stop != end) return std::nullopt;
  return index;
}

/// Takes a name off the front of `rest`, up to a dot or a bracket.
std::string_view take_name(std::string_view& rest) {
  const auto size = std::min(rest.find_first_of(".[]"), rest.size());
  const auto name = rest.substr(0, size);
  rest.remove_prefix(size);
  return name;
}

/// Takes "[0]" off the front of `rest`; nothing when that is not what stands there.
std::optional<std::string_view> take_index(std::string_view& rest) {
  const auto close = rest.find(']');
  if (close == std::string_view::npos) return std::nullopt;
  const auto index = rest.substr(1, close - 1);
  if (!index_of(index)) return std::nullopt;
  rest.remove_prefix(close + 1);
  return index;
}

}  // namespace

Result<JsonPath> parse_json_path(std::string_view text) {
  const auto refuse = [text] {
    return fail(ErrorCode::invalid_request,
                fmt::format("{} is no path like data.url or files[0].url", quoted(text)));
  };
  JsonPath path;
  auto rest = text;
  for (bool needs_name = true; needs_name || !rest.empty();) {
    if (rest.starts_with('[') && (!needs_name || path.empty())) {
      const auto index = take_index(rest);
      if (!index) return refuse();
      path.emplace_back(*index);
    } else {
      if (!needs_name) return refuse();
      const auto name = take_name(rest);
      if (name.empty()) return refuse();
      path.emplace_back(name);
    }
    needs_name = rest.starts_with('.');
    if (needs_name) rest.remove_prefix(1);
  }
  return path;
}

const json::value* find_at(const json::value& root, std::span<const std::string> path) {
  const auto* value = &root;
  for (const auto& step : path) {
    if (const auto* object = value->if_object()) {
      value = object->if_contains(step);
    } else {
      const auto* array = value->if_array();
      const auto index = index_of(step);
      value = array == nullptr || !index ? nullptr : array->if_contains(*index);
    }
    if (value == nullptr) return nullptr;
  }
  return value;
}

}  // namespace lmbridge::base
