#include "http/head.hpp"

#include "base/text.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace lmbridge::http {
namespace {

using base::equals_ignoring_case;

std::unexpected<Error> bad(std::string message) {
  return fail(ErrorCode::invalid_request, std::move(message));
}

bool is_token_character(char c) {
  const bool letter_or_digit =
      (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
  return letter_or_digit || std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
}

bool is_token(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, is_token_character);
}

/// Tokens between commas; RFC 9110, section 5.6.1.2, lets a recipient pass over empty ones.
bool is_token_list(std::string_view text) {
  for (;;) {
    const auto comma = text.find(',');
    const auto item = base::trimmed(text.substr(0, comma));
    if (!item.empty() && !is_token(item)) return false;
    if (comma == std::string_view::npos) return true;
    text.remove_prefix(comma + 1);
  }
}

bool is_visible(char c) {
  return c > 0x20 && c < 0x7f;
}

/// Field values: no control characters but the tab (RFC 9110, section 5.5).
bool is_value_character(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte == '\t' || (byte >= 0x20 && byte != 0x7f);
}

Result<void> check_request_line(std::string_view line) {
  const auto first = line.find(' ');
  const auto last = line.rfind(' ');
  if (first == std::string_view::npos || first == last) {
    return bad("the request line is not \"METHOD target HTTP/1.1\"");
  }
  const auto method = line.substr(0, first);
  const auto target = line.substr(first + 1, last - first - 1);
  const auto version = line.substr(last + 1);
  if (!is_token(method)) return bad("the request method is not a token");
  if (version != "HTTP/1.1" && version != "HTTP/1.0") {
    return bad("only HTTP/1.0 and HTTP/1.1 are spoken here");
  }
  if (method == "TRACE" || method == "CONNECT") {
    return fail(ErrorCode::method_not_allowed, fmt::format("{} is not supported", method));
  }
  const bool whole_server = method == "OPTIONS" && target == "*";
  if (!whole_server && (!target.starts_with('/') || !std::ranges::all_of(target, is_visible))) {
    return bad("the request target must be a path");
  }
  return {};
}

/// What has been seen of the headers on which the message's borders and meaning hang.
struct Framing {
  int hosts = 0;
  int content_lengths = 0;
  int transfer_encodings = 0;

  Result<void> add(std::string_view name, std::string_view value) {
    if (equals_ignoring_case(name, "host") && ++hosts > 1) return bad("there are two Host headers");
    if (equals_ignoring_case(name, "content-length")) {
      const bool digits = !value.empty() && value.size() <= 18 &&
                          value.find_first_not_of("0123456789") == std::string_view::npos;
      if (!digits) return bad("Content-Length is not a length");
      if (++content_lengths > 1) return bad("there are two Content-Length headers");
    }
    const bool is_connection =
        equals_ignoring_case(name, "connection") || equals_ignoring_case(name, "proxy-connection");
    if (is_connection && !is_token_list(value)) return bad("Connection is not a list of options");
    if (equals_ignoring_case(name, "transfer-encoding")) {
      if (!equals_ignoring_case(value, "chunked")) {
        return bad("the only Transfer-Encoding understood here is chunked");
      }
      if (++transfer_encodings > 1) return bad("there are two Transfer-Encoding headers");
    }
    return {};
  }

  [[nodiscard]] Result<void> check(bool version_1_1) const {
    if (content_lengths > 0 && transfer_encodings > 0) {
      return bad("Content-Length and Transfer-Encoding exclude each other");
    }
    if (version_1_1 && hosts == 0) return bad("the Host header is missing");
    if (!version_1_1 && transfer_encodings > 0) {
      return bad("HTTP/1.0 has no Transfer-Encoding");
    }
    return {};
  }
};

Result<void> check_header_line(std::string_view line, Framing& framing) {
  const auto colon = line.find(':');
  if (colon == std::string_view::npos || !is_token(line.substr(0, colon))) {
    return bad("a header line is not \"name: value\"");
  }
  const auto value = base::trimmed(line.substr(colon + 1));
  if (!std::ranges::all_of(value, is_value_character)) {
    return bad("a header value holds control characters");
  }
  return framing.add(line.substr(0, colon), value);
}

}  // namespace

bool may_become_head(std::string_view part, bool is_first) {
  if (is_first && !part.empty() && !is_token_character(part.front())) return false;
  // A first LF has its CR in an earlier part.
  for (auto at = part.find('\n', 1); at != std::string_view::npos; at = part.find('\n', at + 1)) {
    if (part[at - 1] != '\r') return false;
  }
  return true;
}

Result<void> check_head(std::string_view head) {
  const auto first_end = head.find("\r\n");
  if (first_end == std::string_view::npos) return bad("the request line does not end");
  const auto request_line = head.substr(0, first_end);
  if (auto checked = check_request_line(request_line); !checked) return checked;

  Framing framing;
  std::size_t count = 0;
  head.remove_prefix(first_end + 2);
  while (!head.starts_with("\r\n")) {
    const auto end = head.find("\r\n");
    if (end == std::string_view::npos) return bad("a header line does not end");
    if (++count > header_count_limit) {
      return fail(ErrorCode::header_too_large,
                  fmt::format("there are more than {} headers", header_count_limit));
    }
    if (auto checked = check_header_line(head.substr(0, end), framing); !checked) return checked;
    head.remove_prefix(end + 2);
  }
  return framing.check(request_line.ends_with("1.1"));
}

}  // namespace lmbridge::http
