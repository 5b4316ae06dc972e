// Configuration files never crash the reader, and every place that it names lies in the file.
// What is plain JSON by Boost.JSON is JSONC, too.

#include "base/ids.hpp"
#include "settings/jsonc.hpp"
#include "settings/load.hpp"
#include "tests/fuzz/check.hpp"

#include <boost/json/parse.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

namespace {

using lmbridge::fuzz::check;
using lmbridge::settings::JsoncNode;

void check_borders(const JsoncNode& node, std::size_t from, std::size_t to) {
  check(from <= node.begin && node.begin < node.end && node.end <= to,
        "a value lies in its parent");
  auto at = node.begin;
  if (const auto* items = std::get_if<JsoncNode::Items>(&node.value)) {
    for (const auto& item : *items) {
      check_borders(item, at, node.end);
      at = item.end;
    }
  } else if (const auto* members = std::get_if<JsoncNode::Members>(&node.value)) {
    for (const auto& member : *members) {
      check(at <= member.key_begin && member.key_begin < member.value.begin,
            "a key stands in front of its value");
      check_borders(member.value, member.key_begin, node.end);
      at = member.value.end;
    }
  }
}

/// Whether Boost.JSON takes it as JSON without extensions.
bool is_json(std::string_view text) {
  boost::json::parse_options options;
  options.max_depth = 60;
  boost::system::error_code error;
  boost::json::parse(text, error, {}, options);
  return !error;
}

/// What stands before the record separator and behind it; twice the whole where there is none.
std::pair<std::string_view, std::string_view> split(std::string_view text) {
  const auto end = text.find('\x1e');
  if (end == std::string_view::npos) return {text, text};
  return {text.substr(0, end), text.substr(end + 1)};
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(data, data + size);
  const auto parsed = lmbridge::settings::parse_jsonc(text);
  if (parsed) {
    check_borders(*parsed, 0, text.size());
  } else {
    check(parsed.error().offset <= text.size(), "a failure lies in the file");
    check(!is_json(text), "JSON is JSONC");
    const auto position = lmbridge::settings::position_of(text, parsed.error().offset);
    check(position.line >= 1 && position.column >= 1, "positions count from 1");
  }
  // The same bytes as each of the files, unless they say where the next one begins.
  const auto [config, rest] = split(text);
  const auto [models, endpoints] = split(rest);
  const auto loaded = lmbridge::settings::parse(config, models, endpoints);
  for (const auto& error : loaded.errors) check(!error.empty(), "an error says something");
  for (const auto& pool : loaded.settings.endpoints.pools()) {
    for (const auto& entry : pool.entries) {
      check(lmbridge::base::is_uuid(entry.endpoint.session_id) &&
                lmbridge::base::is_uuid(entry.endpoint.message_id),
            "a session of a pool has proper ids");
    }
  }
  return 0;
}
