#include "arena/failure.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <string>

namespace lmbridge::arena {
namespace {

using testing::HasSubstr;
using testing::Not;

const Markers markers;

struct Row {
  std::string name;
  Reply reply;
  ErrorCode code;
};

void PrintTo(const Row& row, std::ostream* out) {
  *out << row.name;
}

Reply page(int status, std::string body) {
  return {.status = status, .content_type = "text/html; charset=utf-8", .body = std::move(body)};
}

Reply json(int status, std::string body) {
  return {.status = status, .content_type = "application/json", .body = std::move(body)};
}

class FailureTable : public testing::TestWithParam<Row> {};

TEST_P(FailureTable, IsReadBodyFirst) {
  const auto error = classify_response(GetParam().reply, markers);
  EXPECT_EQ(base::name(error.code), base::name(GetParam().code));
  EXPECT_FALSE(error.message.empty());
  EXPECT_THAT(base::describe_chain(error), Not(HasSubstr("<")));
}

const std::string challenge =
    "<!DOCTYPE html><html><head><title>Just a moment...</title></head><body>x</body></html>";
const std::string no_cookies =
    "<html><body>Enable JavaScript and cookies to continue</body></html>";

INSTANTIATE_TEST_SUITE_P(
    Human, FailureTable,
    testing::Values(Row{"403 challenge", page(403, challenge), ErrorCode::verification_required},
                    Row{"503 challenge", page(503, challenge), ErrorCode::verification_required},
                    Row{"429 challenge", page(429, challenge), ErrorCode::verification_required},
                    Row{"200 challenge", page(200, challenge), ErrorCode::verification_required},
                    Row{"403 cookies", page(403, no_cookies), ErrorCode::verification_required},
                    Row{"503 cookies, no type",
                        {.status = 503, .body = no_cookies},
                        ErrorCode::verification_required},
                    Row{"403 recaptcha", json(403, R"({"error":"recaptcha validation failed"})"),
                        ErrorCode::verification_required},
                    Row{"403 reCAPTCHA", json(403, R"({"error": "reCAPTCHA Validation Failed"})"),
                        ErrorCode::verification_required}));

INSTANTIATE_TEST_SUITE_P(
    Sessions, FailureTable,
    testing::Values(
        Row{"400", json(400, R"({"error":"Bad Request"})"), ErrorCode::stale_session_ids},
        Row{"404", page(404, "<html><title>404</title>"), ErrorCode::stale_session_ids},
        Row{"404 empty", {.status = 404}, ErrorCode::stale_session_ids},
        Row{"400 ZodError", json(400, R"({"error":{"name":"ZodError","issues":[]}})"),
            ErrorCode::site_changed},
        Row{"401 foreign",
            json(401, R"({"error":"User does not have access to evaluation session"})"),
            ErrorCode::foreign_session},
        Row{"401", json(401, R"({"error":"Unauthorized"})"), ErrorCode::sign_in_required},
        Row{"401 empty", {.status = 401}, ErrorCode::sign_in_required}));

INSTANTIATE_TEST_SUITE_P(
    Contents, FailureTable,
    testing::Values(Row{"413", {.status = 413}, ErrorCode::attachment_too_large},
                    Row{"413 page", page(413, "<title>413 Request Entity Too Large</title>"),
                        ErrorCode::attachment_too_large},
                    Row{"500 too large", json(500, R"({"error":"Body is TOO LARGE"})"),
                        ErrorCode::attachment_too_large},
                    Row{"500 too large page", page(500, "<TITLE>Request Too Large</TITLE>"),
                        ErrorCode::attachment_too_large},
                    Row{"200 too large", json(200, R"({"error":"payload too large"})"),
                        ErrorCode::attachment_too_large},
                    Row{"422", json(422, R"({"error":"?"})"), ErrorCode::content_blocked},
                    Row{"429 prompt failed", json(429, R"({"error":"prompt failed"})"),
                        ErrorCode::content_blocked},
                    Row{"400 rejected",
                        {.status = 400, .content_type = "text/plain", .body = "Request rejected"},
                        ErrorCode::content_blocked},
                    Row{"200 prompt failed", json(200, R"({"error":"Prompt failed moderation"})"),
                        ErrorCode::content_blocked}));

INSTANTIATE_TEST_SUITE_P(
    Site, FailureTable,
    testing::Values(
        Row{"429", json(429, R"({"error":"slow down"})"), ErrorCode::rate_limited},
        Row{"200 rate limit", json(200, R"({"error":"Too Many Requests"})"),
            ErrorCode::rate_limited},
        Row{"301", {.status = 301}, ErrorCode::site_moved},
        Row{"307", {.status = 307}, ErrorCode::site_moved},
        Row{"405", {.status = 405}, ErrorCode::site_moved},
        Row{"followed redirect to a page",
            {.status = 200, .body = "<html>", .redirected = true},
            ErrorCode::site_moved},
        Row{"redirect that was not followed",
            {.status = 0, .redirected = true},
            ErrorCode::site_moved},
        Row{"500", page(500, "<html><title>Oops</title>"), ErrorCode::site_unavailable},
        Row{"503", {.status = 503}, ErrorCode::site_unavailable},
        Row{"200 error object", json(200, R"({"error":{"message":"x"}})"), ErrorCode::site_error},
        Row{"200 cut error object", json(200, R"( { "error":{"message":"x)"),
            ErrorCode::site_error},
        Row{"network", {.status = 0, .network_error = "Failed to fetch"}, ErrorCode::network_error},
        Row{"200 empty", {.status = 200}, ErrorCode::empty_response},
        Row{"200 page", page(200, "<html>"), ErrorCode::site_changed},
        Row{"200 json", json(200, R"({"data":{"error":1}})"), ErrorCode::site_changed},
        Row{"200 words", {.status = 200, .body = "hello"}, ErrorCode::site_changed},
        Row{"403", json(403, R"({"error":"Forbidden"})"), ErrorCode::site_changed},
        Row{"418", {.status = 418}, ErrorCode::site_changed}));

INSTANTIATE_TEST_SUITE_P(
    Quotations, FailureTable,
    testing::Values(
        Row{"challenge in an answer",
            {.status = 200, .body = "a0:\"" + challenge + "\"\n"},
            ErrorCode::incomplete_answer},
        Row{"phrases in an answer",
            {.status = 200, .body = "a0:\"prompt failed: too large\"\n"},
            ErrorCode::incomplete_answer},
        Row{"challenge in JSON", json(500, R"({"error":"no <title>Just a moment...</title>"})"),
            ErrorCode::site_unavailable},
        Row{"phrases in a page's script",
            page(500, "<title>Oops</title><script>t={x:'too large',y:'prompt failed'}</script>"),
            ErrorCode::site_unavailable}));

TEST(FailureRetryAfter, IsTakenInSecondsAndBounded) {
  const auto seconds = [](std::string header) {
    return classify_response({.status = 429, .retry_after = std::move(header)}, markers)
        .retry_after_seconds;
  };
  EXPECT_EQ(seconds("30"), 30);
  EXPECT_EQ(seconds(" 0 "), 0);
  EXPECT_EQ(seconds("99999999999999999999999"), 86400);
  EXPECT_EQ(seconds(""), -1);
  EXPECT_EQ(seconds("-5"), -1);
  EXPECT_EQ(seconds("soon"), -1);
  EXPECT_EQ(seconds("Wed, 21 Oct 2026 07:28:00 GMT"), -1);
}

TEST(FailureMessages, SayWhatToDoWithoutUpstreamWords) {
  const auto stale = classify_response({.status = 404, .body = "<b>nope</b>"}, markers);
  EXPECT_EQ(stale.message,
            "the captured session ids are stale: set fresh session_id and message_id in "
            "config.jsonc");
  const auto site = classify_response(json(500, R"({"error":"db 17 is down"})"), markers);
  EXPECT_THAT(site.message, Not(HasSubstr("db 17")));
  EXPECT_THAT(base::describe_chain(site), HasSubstr("db 17"));
}

TEST(FailureMessages, OfAChangedSiteHoldARedactedExcerpt) {
  const auto error = classify_response(
      json(418, R"({"teapot":true,"session":"c6341952-952d-4a5a-86ab-61e407667a75"})"), markers);
  EXPECT_EQ(error.code, ErrorCode::site_changed);
  EXPECT_THAT(error.message, HasSubstr("418"));
  EXPECT_THAT(error.message, HasSubstr("teapot"));
  EXPECT_THAT(error.message, Not(HasSubstr("c6341952")));
}

struct EndingRow {
  std::string name;
  Ending ending;
  Reply reply;
  std::optional<ErrorCode> code;
};

void PrintTo(const EndingRow& row, std::ostream* out) {
  *out << row.name;
}

class Endings : public testing::TestWithParam<EndingRow> {};

TEST_P(Endings, AreWholeOrSayWhatIsMissing) {
  const auto error = classify_ending(GetParam().reply, GetParam().ending, markers);
  ASSERT_EQ(error.has_value(), GetParam().code.has_value());
  if (error) {
    EXPECT_EQ(base::name(error->code), base::name(*GetParam().code));
  }
}

const Reply ok = {.status = 200};
const Reply broken = {.status = 200, .network_error = "network error"};

INSTANTIATE_TEST_SUITE_P(
    Each, Endings,
    testing::Values(
        EndingRow{"whole", {.has_content = true, .finish = FinishReason::stop}, ok, std::nullopt},
        EndingRow{"other", {.has_content = true, .finish = FinishReason::other}, ok, std::nullopt},
        EndingRow{"cut", {.has_content = true}, ok, ErrorCode::incomplete_answer},
        EndingRow{
            "cut by the network", {.has_content = true}, broken, ErrorCode::incomplete_answer},
        EndingRow{"cut while thinking", {.has_reasoning = true}, ok, ErrorCode::incomplete_answer},
        EndingRow{"nothing", {}, ok, ErrorCode::empty_response},
        EndingRow{"nothing by the network", {}, broken, ErrorCode::network_error},
        EndingRow{
            "nothing but a stop", {.finish = FinishReason::stop}, ok, ErrorCode::empty_response},
        EndingRow{"filtered", {.finish = FinishReason::content_filter}, ok, std::nullopt},
        EndingRow{"no room", {.finish = FinishReason::length}, ok, std::nullopt},
        EndingRow{"failed",
                  {.has_content = true, .finish = FinishReason::error},
                  ok,
                  ErrorCode::site_error},
        EndingRow{"status without body", {}, {.status = 500}, ErrorCode::site_unavailable},
        EndingRow{"challenge", {}, page(403, challenge), ErrorCode::verification_required}));

TEST(ArenaError, MarkerObjectsAreFoundInBoundedTimeAmongManyBraces) {
  std::string text(100'000, '{');
  for (int i = 0; i < 1000; ++i) text += "\"hasArenaError\" ";
  EXPECT_FALSE(is_arena_error(text, true, markers));
}

TEST(ArenaError, MarkersAreData) {
  const Markers other = {.arena_error = {"", "arenaFailed"}};
  EXPECT_TRUE(is_arena_error("{\"arenaFailed\":{\"a\":1}}", true, other));
  EXPECT_FALSE(is_arena_error("{\"hasArenaError\":true}", true, other));
  EXPECT_FALSE(is_arena_error("", true, other));
}

}  // namespace
}  // namespace lmbridge::arena
