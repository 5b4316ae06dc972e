#include "http/request_parser.hpp"

#include <boost/asio/buffer.hpp>
#include <gtest/gtest.h>

#include <string>

namespace lmbridge::http {
namespace {

constexpr std::uint64_t limit = 1000;

Result<Request> parse(BeastRequestParser& parser, const std::string& lines) {
  auto request =
      parse_head(parser, "POST /v1/chat?a=b HTTP/1.1\r\nHost: localhost\r\n" + lines + "\r\n");
  if (!request) return request;
  if (auto limited = limit_body(parser, limit); !limited) return std::unexpected(limited.error());
  return request;
}

TEST(RequestReading, KeepsMethodTargetAndHeadersAsTheyCame) {
  BeastRequestParser parser;
  const auto request = parse_head(
      parser, "BREW /a%2Fb?x=%20 HTTP/1.1\r\nHost: h:1\r\nX-A:  one \r\nx-a: two\r\n\r\n");
  ASSERT_TRUE(request);
  ASSERT_TRUE(parser.is_done());
  EXPECT_EQ(request->method, "BREW");
  EXPECT_EQ(request->path, "/a%2Fb");
  EXPECT_EQ(request->query, "x=%20");
  ASSERT_EQ(request->headers.entries().size(), 3U);
  EXPECT_EQ(request->headers.get("host"), "h:1");
  EXPECT_EQ(request->headers.get("x-a"), "one");
  EXPECT_EQ(request->headers.count("x-a"), 2U);
}

TEST(RequestReading, TakesABodyOfTheDeclaredLength) {
  BeastRequestParser parser;
  ASSERT_TRUE(parse(parser, "Content-Length: 4\r\n"));
  EXPECT_FALSE(parser.is_done());
  boost::beast::error_code error;
  parser.put(boost::asio::buffer("bodymore", 8), error);
  EXPECT_FALSE(error);
  ASSERT_TRUE(parser.is_done());
  EXPECT_EQ(parser.get().body(), "body");
}

TEST(RequestReading, RefusesADeclaredLengthOverTheLimitBeforeTheBodyComes) {
  BeastRequestParser parser;
  const auto parsed = parse(parser, "Content-Length: 1001\r\n");
  ASSERT_FALSE(parsed);
  EXPECT_EQ(parsed.error().code, ErrorCode::payload_too_large);
  BeastRequestParser absurd;
  EXPECT_EQ(parse(absurd, "Content-Length: 999999999999999999\r\n").error().code,
            ErrorCode::payload_too_large);
  BeastRequestParser exact;
  EXPECT_TRUE(parse(exact, "Content-Length: 1000\r\n"));
}

TEST(RequestReading, RefusesWhatTheHeadCheckRefuses) {
  BeastRequestParser parser;
  const auto parsed = parse(parser, "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n");
  ASSERT_FALSE(parsed);
  EXPECT_EQ(parsed.error().code, ErrorCode::invalid_request);
}

}  // namespace
}  // namespace lmbridge::http
