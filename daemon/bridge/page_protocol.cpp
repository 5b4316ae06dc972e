#include "bridge/page_protocol.hpp"

#include "base/text.hpp"

#include <boost/json/array.hpp>
#include <boost/json/monotonic_resource.hpp>
#include <boost/json/parse.hpp>
#include <fmt/format.h>

#include <array>
#include <cstring>
#include <iterator>
#include <utility>

namespace lmbridge::bridge {
namespace json = boost::json;
namespace {

std::string_view text_at(const json::array& event, std::size_t index) {
  const auto* value = event.if_contains(index);
  const auto* text = value != nullptr ? value->if_string() : nullptr;
  return text != nullptr ? std::string_view(*text) : std::string_view();
}

std::int64_t number_at(const json::array& event, std::size_t index) {
  const auto* value = event.if_contains(index);
  const auto* number = value != nullptr ? value->if_int64() : nullptr;
  return number != nullptr ? *number : 0;
}

ResponseHead read_head(const json::array& event) {
  ResponseHead head;
  head.status = static_cast<int>(number_at(event, 2));
  const auto* headers = event.if_contains(3);
  if (headers == nullptr || !headers->is_array()) return head;
  for (const auto& each : headers->get_array()) {
    const auto* pair = each.if_array();
    if (pair == nullptr) continue;
    // fetch() gives header names in lower case.
    if (text_at(*pair, 0) == "content-type") head.content_type = text_at(*pair, 1);
    if (text_at(*pair, 0) == "retry-after") head.retry_after = text_at(*pair, 1);
  }
  return head;
}

std::unexpected<Error> not_understood(std::string_view payload) {
  return fail(ErrorCode::internal, fmt::format("the page script said something unexpected: {}",
                                               base::printable(base::excerpt(payload, 200))));
}

/// Takes the text of a text event from the front of `texts`.
bool read_text(const json::array& event, std::string_view& texts, PageListener& listener) {
  const auto units = number_at(event, 2);
  // A unit is at least one byte.
  if (units < 0 || std::cmp_greater(units, texts.size())) return false;
  const auto bytes = bytes_of_units(texts, static_cast<std::size_t>(units));
  listener.on_text(number_at(event, 1), texts.substr(0, bytes), static_cast<std::size_t>(units));
  texts.remove_prefix(bytes);
  return true;
}

/// Events about the document; false when `kind` is none of them.
bool read_document_event(std::string_view kind, const json::array& event, PageListener& listener) {
  if (kind == "hello") {
    listener.on_hello({.url = text_at(event, 1),
                       .status = static_cast<int>(number_at(event, 2)),
                       .protocol = text_at(event, 3)});
  } else if (kind == "loaded") {
    listener.on_loaded(text_at(event, 1));
  } else if (kind == "protocol") {
    listener.on_protocol(text_at(event, 1));
  } else {
    return false;
  }
  return true;
}

/// Hands one event on.
bool read_event(const json::array& event, std::string_view& texts, PageListener& listener) {
  const auto kind = text_at(event, 0);
  const auto id = number_at(event, 1);
  if (kind == "text") return read_text(event, texts, listener);
  if (kind == "head") {
    listener.on_head(id, read_head(event));
  } else if (kind == "end") {
    listener.on_end(id);
  } else if (kind == "fail") {
    listener.on_fail(id, text_at(event, 2) == "redirected", text_at(event, 3));
  } else {
    return read_document_event(kind, event, listener);
  }
  return true;
}

}  // namespace

std::string encode_order(JobId id, const Order& order, std::size_t credit, bool with_body) {
  std::string out = fmt::format(R"({{"id":{},"credit":{},"path":)", id, credit);
  base::append_json_string(out, order.path);
  out += R"(,"method":)";
  base::append_json_string(out, order.method);
  out += R"(,"headers":{)";
  for (std::size_t i = 0; i < order.headers.size(); ++i) {
    if (i > 0) out += ',';
    base::append_json_string(out, order.headers[i].first);
    out += ':';
    base::append_json_string(out, order.headers[i].second);
  }
  out += '}';
  if (order.is_file) {
    out += R"(,"file":true)";
  } else if (with_body) {
    out += R"(,"body":)";
    base::append_json_string(out, order.body);
  }
  out += '}';
  return out;
}

std::size_t bytes_of_units(std::string_view text, std::size_t units) {
  std::size_t at = 0;
  while (units > 0 && at < text.size()) {
    // Eight ASCII characters at a time are most of most texts.
    std::uint64_t word = ~0ULL;
    if (units >= sizeof(word) && text.size() - at >= sizeof(word)) {
      std::memcpy(&word, text.data() + at, sizeof(word));
    }
    if ((word & 0x8080808080808080ULL) == 0) {
      units -= sizeof(word);
      at += sizeof(word);
      continue;
    }
    const auto lead = static_cast<unsigned char>(text[at]);
    // Four bytes of UTF-8 are a surrogate pair in UTF-16, anything else is one unit.
    const std::size_t length = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
    units -= length == 4 ? std::min<std::size_t>(units, 2) : 1;
    at += length;
  }
  return std::min(at, text.size());
}

Result<void> read_page_payload(std::string_view payload, PageListener& listener) {
  const auto line_end = payload.find('\n');
  if (line_end == std::string_view::npos) return not_understood(payload);
  std::array<unsigned char, 4096> memory;  // NOLINT(*-member-init): filled as it is used
  json::monotonic_resource resource(memory.data(), memory.size());
  boost::system::error_code error;
  const auto events = json::parse(payload.substr(0, line_end), error, &resource);
  if (error || !events.is_array()) return not_understood(payload);
  auto texts = payload.substr(line_end + 1);
  for (const auto& event : events.get_array()) {
    if (!event.is_array() || !read_event(event.get_array(), texts, listener)) {
      return not_understood(payload);
    }
  }
  if (!texts.empty()) return not_understood(payload);
  return {};
}

}  // namespace lmbridge::bridge
