#include "http/head.hpp"

#include "base/text.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace lmbridge::http {
namespace {

using std::string_literals::operator""s;

struct Case {
  const char* what;
  std::string head;
  ErrorCode code = ErrorCode::invalid_request;
};

void PrintTo(const Case& each, std::ostream* out) {
  *out << each.what;
}

/// A head with the lines that every good request has, and `line` among them.
std::string with_line(const std::string& line) {
  return "POST /v1/chat HTTP/1.1\r\nHost: localhost\r\n" + line + "\r\nAccept: */*\r\n\r\n";
}

std::string with_request_line(const std::string& line) {
  return line + "\r\nHost: localhost\r\n\r\n";
}

std::string with_headers(std::size_t count) {
  std::string head = "GET / HTTP/1.1\r\nHost: localhost\r\n";
  for (std::size_t i = 1; i < count; ++i) head += "X-" + std::to_string(i) + ": y\r\n";
  return head + "\r\n";
}

class RefusedHead : public testing::TestWithParam<Case> {};
class AcceptedHead : public testing::TestWithParam<Case> {};

TEST_P(RefusedHead, IsToldApart) {
  const auto checked = check_head(GetParam().head);
  ASSERT_FALSE(checked) << base::quoted(GetParam().head);
  EXPECT_EQ(checked.error().code, GetParam().code);
  EXPECT_FALSE(checked.error().message.empty());
}

TEST_P(AcceptedHead, Passes) {
  const auto checked = check_head(GetParam().head);
  EXPECT_TRUE(checked) << (checked ? "" : checked.error().message);
}

INSTANTIATE_TEST_SUITE_P(
    Framing, RefusedHead,
    testing::Values(
        Case{"two Hosts", with_line("host: other")}, Case{"no Host", "GET / HTTP/1.1\r\n\r\n"},
        Case{"two Content-Lengths", with_line("Content-Length: 5\r\ncontent-length: 5")},
        Case{"a list of Content-Lengths", with_line("Content-Length: 5, 5")},
        Case{"both framings", with_line("Content-Length: 5\r\nTransfer-Encoding: chunked")},
        Case{"both framings, the other way",
             with_line("Transfer-Encoding: chunked\r\nContent-Length: 5")},
        Case{"two Transfer-Encodings",
             with_line("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked")},
        Case{"another Transfer-Encoding", with_line("Transfer-Encoding: gzip")},
        Case{"a second coding", with_line("Transfer-Encoding: gzip, chunked")},
        Case{"chunked twice", with_line("Transfer-Encoding: chunked, chunked")},
        Case{"an empty Transfer-Encoding", with_line("Transfer-Encoding:")},
        Case{"chunked with a parameter", with_line("Transfer-Encoding: chunked;q=1")},
        Case{"HTTP/1.0 with Transfer-Encoding",
             "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n"},
        Case{"a negative length", with_line("Content-Length: -1")},
        Case{"a signed length", with_line("Content-Length: +5")},
        Case{"a length in hexadecimal", with_line("Content-Length: 0x5")},
        Case{"no length", with_line("Content-Length:")},
        Case{"a length with a blank inside", with_line("Content-Length: 1 2")},
        Case{"an absurd length", with_line("Content-Length: 99999999999999999999")}));

INSTANTIATE_TEST_SUITE_P(
    Lines, RefusedHead,
    testing::Values(
        Case{"a folded line", with_line("X-A: one\r\n two")},
        Case{"a folded line with a tab", with_line("X-A: one\r\n\ttwo")},
        Case{"a blank before the colon", with_line("X-A : one")},
        Case{"a blank before the name", with_line(" X-A: one")},
        Case{"no name", with_line(": one")}, Case{"no colon", with_line("X-A")},
        Case{"a name that is no token", with_line("X(A): one")},
        Case{"a name beyond ASCII", with_line("X-\xc3\xa9: one")},
        Case{"a bare LF in a value", with_line("X-A: one\nX-B: two")},
        Case{"a bare CR in a value", with_line("X-A: one\rX-B: two")},
        Case{"a bare CR at the end", with_line("X-A: one\r")},
        Case{"a NUL in a value", with_line("X-A: on\0e"s)},
        Case{"DEL in a value", with_line("X-A: on\x7f")},
        Case{"a control character in a value", with_line("X-A: \x1b[31m")},
        Case{"only LF line ends", "GET / HTTP/1.1\nHost: localhost\n\n\r\n\r\n"},
        Case{"a Connection that is no list of options", with_line("Connection: keep/alive")},
        Case{"Connection options without a comma", with_line("Connection: close keep-alive")},
        Case{"a Proxy-Connection that is no list", with_line("Proxy-Connection: \"close\"")},
        Case{"one header too many", with_headers(header_count_limit + 1),
             ErrorCode::header_too_large}));

INSTANTIATE_TEST_SUITE_P(
    RequestLines, RefusedHead,
    testing::Values(Case{"TRACE", with_request_line("TRACE / HTTP/1.1"),
                         ErrorCode::method_not_allowed},
                    Case{"CONNECT", with_request_line("CONNECT example.org:443 HTTP/1.1"),
                         ErrorCode::method_not_allowed},
                    Case{"HTTP/0.9", with_request_line("GET /")},
                    Case{"HTTP/1.2", with_request_line("GET / HTTP/1.2")},
                    Case{"HTTP/2.0", with_request_line("GET / HTTP/2.0")},
                    Case{"the start of HTTP/2", "PRI * HTTP/2.0\r\n\r\n"},
                    Case{"a version in lower case", with_request_line("GET / http/1.1")},
                    Case{"a version with more digits", with_request_line("GET / HTTP/1.10")},
                    Case{"a blank behind the version", with_request_line("GET / HTTP/1.1 ")},
                    Case{"two blanks", with_request_line("GET  / HTTP/1.1")},
                    Case{"a tab", with_request_line("GET\t/ HTTP/1.1")},
                    Case{"a blank in the target", with_request_line("GET /a b HTTP/1.1")},
                    Case{"no target", with_request_line("GET HTTP/1.1")},
                    Case{"no method", with_request_line(" / HTTP/1.1")},
                    Case{"an absolute target", with_request_line("GET http://localhost/ HTTP/1.1")},
                    Case{"a star that is no OPTIONS", with_request_line("GET * HTTP/1.1")},
                    Case{"a target beyond ASCII", with_request_line("GET /\xc3\xa9 HTTP/1.1")},
                    Case{"a NUL in the target", with_request_line("GET /\0 HTTP/1.1"s)},
                    Case{"a bare LF in the target", with_request_line("GET /\n HTTP/1.1")},
                    Case{"a method that is no token", with_request_line("G(T / HTTP/1.1")},
                    Case{"an empty line in front", "\r\nGET / HTTP/1.1\r\nHost: localhost\r\n\r\n"},
                    Case{"nothing", ""}, Case{"no line end", "GET / HTTP/1.1"},
                    Case{"a header line that does not end", "GET / HTTP/1.1\r\nHost: localhost"}));

INSTANTIATE_TEST_SUITE_P(
    Each, AcceptedHead,
    testing::Values(
        Case{"the smallest", "GET / HTTP/1.1\r\nHost:\r\n\r\n"},
        Case{"HTTP/1.0 without Host", "GET / HTTP/1.0\r\n\r\n"},
        Case{"one length", with_line("Content-Length: 5")},
        Case{"a length of nothing", with_line("Content-Length: 0")},
        Case{"a length between blanks", with_line("Content-Length: \t 5 ")},
        Case{"the longest length", with_line("Content-Length: 999999999999999999")},
        Case{"chunked", with_line("Transfer-Encoding: chunked")},
        Case{"chunked in capitals", with_line("TRANSFER-ENCODING: Chunked")},
        Case{"an empty value", with_line("X-A:")},
        Case{"Connection options with empty ones between",
             with_line("Connection: , close,,\tte ,")},
        Case{"an empty Connection", with_line("Connection:")},
        Case{"a value without a blank in front", with_line("X-A:one")},
        Case{"a value with a tab inside", with_line("X-A: one\ttwo")},
        Case{"a value beyond ASCII", with_line("X-A: \xe4\xb8\xad")},
        Case{"a name of all token characters", with_line("!#$%&'*+-.^_`|~aZ09: x")},
        Case{"the same header twice where it harms nothing", with_line("X-A: 1\r\nX-A: 2")},
        Case{"a query and escapes", with_request_line("GET /v1/a%2Fb?x=1&y=%20 HTTP/1.1")},
        Case{"OPTIONS for the whole server", with_request_line("OPTIONS * HTTP/1.1")},
        Case{"a method that nobody knows", with_request_line("BREW /pot HTTP/1.1")},
        Case{"as many headers as are allowed", with_headers(header_count_limit)}));

}  // namespace
}  // namespace lmbridge::http
