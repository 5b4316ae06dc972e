#include "openai/error_body.hpp"

#include <boost/json.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <set>
#include <string>
#include <utility>

namespace lmbridge::openai {
namespace {

using testing::HasSubstr;
using testing::Not;
using enum ErrorCode;

/// What each code is to a client: its status, and whether to try again where we have a say.
const std::map<ErrorCode, std::pair<int, std::optional<bool>>> expected = {
    {invalid_request, {400, std::nullopt}},
    {invalid_api_key, {401, std::nullopt}},
    {forbidden, {403, std::nullopt}},
    {not_found, {404, std::nullopt}},
    {method_not_allowed, {405, std::nullopt}},
    {model_not_found, {404, std::nullopt}},
    {request_timeout, {408, false}},
    {payload_too_large, {413, std::nullopt}},
    {unsupported_media_type, {415, std::nullopt}},
    {header_too_large, {431, std::nullopt}},
    {verification_required, {503, false}},
    {sign_in_required, {503, false}},
    {foreign_session, {503, false}},
    {stale_session_ids, {503, false}},
    {session_ids_missing, {503, false}},
    {attachment_too_large, {413, std::nullopt}},
    {content_blocked, {400, std::nullopt}},
    {rate_limited, {429, std::nullopt}},
    {site_changed, {502, false}},
    {site_moved, {502, false}},
    {site_error, {502, std::nullopt}},
    {site_unavailable, {502, std::nullopt}},
    {network_error, {502, std::nullopt}},
    {empty_response, {502, std::nullopt}},
    {no_picture, {502, false}},
    {incomplete_answer, {502, std::nullopt}},
    {upstream_timeout, {504, std::nullopt}},
    {download_refused, {502, false}},
    {download_forbidden, {502, false}},
    {download_too_large, {502, false}},
    {download_failed, {502, std::nullopt}},
    {upload_failed, {502, std::nullopt}},
    {storage_full, {507, std::nullopt}},
    {browser_not_found, {503, false}},
    {browser_start_failed, {503, std::nullopt}},
    {browser_gone, {503, std::nullopt}},
    {profile_in_use, {503, false}},
    {page_unreachable, {503, std::nullopt}},
    {page_gone, {503, std::nullopt}},
    {page_not_ready, {503, std::nullopt}},
    {invalid_configuration, {500, false}},
    {address_in_use, {500, false}},
    {shutting_down, {503, std::nullopt}},
    {draining, {503, std::nullopt}},
    {overloaded, {503, std::nullopt}},
    {queue_full, {429, std::nullopt}},
    {timed_out, {504, std::nullopt}},
    {cancelled, {500, false}},
    {internal, {500, std::nullopt}},
};

TEST(ErrorBody, EveryCodeHasAStatusAndABodyThatSaysIt) {
  const std::set<std::string> types = {"invalid_request_error", "permission_error",
                                       "rate_limit_error", "server_error"};
  for (int number = 0; number <= static_cast<int>(base::last_error_code); ++number) {
    const auto code = static_cast<ErrorCode>(number);
    const auto reply = describe({.code = code, .message = "what happened"});
    ASSERT_TRUE(expected.contains(code)) << base::name(code);
    EXPECT_EQ(reply.status, expected.at(code).first) << base::name(code);
    EXPECT_EQ(reply.should_retry, expected.at(code).second) << base::name(code);
    EXPECT_EQ(reply.code, base::name(code));
    EXPECT_TRUE(types.contains(std::string(reply.type))) << reply.type;
    const auto error = boost::json::parse(reply.body).at("error");
    EXPECT_EQ(error.at("code").as_string(), reply.code);
    EXPECT_EQ(error.at("type").as_string(), reply.type);
    EXPECT_TRUE(error.at("param").is_null());
    EXPECT_FALSE(error.at("message").as_string().empty());
    EXPECT_EQ(error.as_object().size(), 4U);
  }
}

TEST(ErrorBody, HasTheShapeThatClientsKnow) {
  const auto reply =
      describe({.code = invalid_request, .message = "bad \"x\"", .param = "messages[0].content"});
  EXPECT_EQ(reply.body, R"({"error":{"message":"bad \"x\"","type":"invalid_request_error",)"
                        R"("param":"messages[0].content","code":"invalid_request"}})");
}

TEST(ErrorBody, PassesOnWhenToTryAgain) {
  const auto seconds = [](ErrorCode code, int known) {
    return describe({.code = code, .message = "wait", .retry_after_seconds = known})
        .retry_after_seconds;
  };
  EXPECT_EQ(seconds(rate_limited, 30), 30);
  EXPECT_EQ(seconds(rate_limited, -1), -1);
  EXPECT_EQ(seconds(shutting_down, -1), 5);
  EXPECT_EQ(seconds(shutting_down, 0), 0);
}

TEST(ErrorBody, IsValidJsonWhateverTheMessageHolds) {
  const auto reply =
      describe({.code = invalid_request,
                .message = std::string("bytes \xff\x00\n", 9) + std::string(9000, 'x'),
                .param = "\xc3\x28" + std::string(9000, 'p')});
  EXPECT_LT(reply.body.size(), 3000U);
  const auto error = boost::json::parse(reply.body).at("error");
  EXPECT_TRUE(error.at("message").as_string().starts_with("bytes \\xff\\x00\\n"));
}

TEST(ErrorBody, TellsClientsNothingOfTheDaemonsInsides) {
  for (const auto code : {internal, invalid_configuration, address_in_use, browser_not_found,
                          browser_start_failed, profile_in_use}) {
    const auto reply = describe({.code = code, .message = "/var/lib/secret: std::bad_alloc"});
    EXPECT_THAT(reply.body, Not(HasSubstr("secret"))) << base::name(code);
    EXPECT_THAT(reply.body, HasSubstr("log")) << base::name(code);
  }
}

}  // namespace
}  // namespace lmbridge::openai
