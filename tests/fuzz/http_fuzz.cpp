// What the strict check of a head accepts, Beast reads as the same request: same method, target,
// headers and framing. Two readers that disagree about a request are how requests are smuggled.

#include "http/head.hpp"
#include "http/request_parser.hpp"
#include "tests/fuzz/check.hpp"

#include <boost/asio/buffer.hpp>

#include <cstdint>
#include <string>
#include <string_view>

namespace {

using lmbridge::fuzz::check;
namespace http = lmbridge::http;

constexpr std::uint64_t body_limit = 2000;

/// Header lines of an accepted head, in which every CRLF ends a line.
std::size_t header_lines(std::string_view head) {
  std::size_t lines = 0;
  for (auto at = head.find("\r\n"); at != std::string_view::npos; at = head.find("\r\n", at + 2)) {
    ++lines;
  }
  return lines - 2;  // the request line and the empty line
}

void check_request(std::string_view head, const http::Request& request) {
  const auto line = head.substr(0, head.find("\r\n"));
  const auto target = request.query.empty() && line.find('?') == std::string_view::npos
                          ? request.path
                          : request.path + '?' + request.query;
  check(line.starts_with(request.method + ' ' + target + " HTTP/1."), "the same request line");
  check(request.headers.entries().size() == header_lines(head), "the same headers");
  check(request.headers.count("host") <= 1, "one Host");
  check(request.headers.count("content-length") + request.headers.count("transfer-encoding") <= 1,
        "one framing");
}

/// Reads the body as the connection does; true when it is whole.
bool read_body(http::BeastRequestParser& parser, std::string_view bytes) {
  boost::beast::error_code error;
  while (!parser.is_done() && !bytes.empty()) {
    const auto used = parser.put(boost::asio::buffer(bytes), error);
    if (error == boost::beast::http::error::need_more) return false;
    if (error) return false;
    check(used > 0, "every step takes bytes");
    bytes.remove_prefix(used);
  }
  return parser.is_done();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string input(data, data + size);
  const auto end = input.find("\r\n\r\n");
  if (end == std::string::npos || end + 4 > http::head_limit) return 0;
  const auto head = std::string_view(input).substr(0, end + 4);
  const bool accepted = http::check_head(head).has_value();
  // An early refusal must never be of a head that would have been accepted.
  check(!accepted || http::may_become_head(head, true), "no good head is refused early");
  for (std::size_t at = 0; accepted && at < head.size(); at += 7) {
    check(http::may_become_head(head.substr(0, at), true), "nor are its beginnings");
  }

  http::BeastRequestParser parser;
  const auto request = http::parse_head(parser, head);
  check(request.has_value() == accepted, "Beast reads what the check accepts, and nothing else");
  if (!request) return 0;
  check_request(head, *request);
  if (!http::limit_body(parser, body_limit)) return 0;
  if (read_body(parser, std::string_view(input).substr(head.size()))) {
    check(parser.get().body().size() <= body_limit, "the body keeps to its limit");
  }
  return 0;
}
