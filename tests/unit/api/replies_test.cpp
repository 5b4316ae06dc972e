#include "api/replies.hpp"

#include <boost/json/parse.hpp>
#include <gtest/gtest.h>

#include <string>

namespace lmbridge::api {
namespace {

TEST(ErrorResponses, HaveTheShapeThatClientsKnow) {
  const auto response =
      error_response({.code = ErrorCode::invalid_request, .message = "no \"x\"", .param = "model"});
  EXPECT_EQ(response.status, 400U);
  EXPECT_EQ(response.headers.get("content-type"), "application/json");
  const auto error = boost::json::parse(response.body).at("error").as_object();
  EXPECT_EQ(error.at("message").as_string(), "no \"x\"");
  EXPECT_EQ(error.at("type").as_string(), "invalid_request_error");
  EXPECT_EQ(error.at("param").as_string(), "model");
  EXPECT_EQ(error.at("code").as_string(), "invalid_request");
}

TEST(ErrorResponses, SayWhenToComeAgainWhereThatIsKnown) {
  const auto limited =
      error_response({.code = ErrorCode::rate_limited, .message = "m", .retry_after_seconds = 30});
  EXPECT_EQ(limited.status, 429U);
  EXPECT_EQ(limited.headers.get("retry-after"), "30");
  EXPECT_EQ(limited.headers.get("x-should-retry"), std::nullopt);
  const auto now =
      error_response({.code = ErrorCode::rate_limited, .message = "m", .retry_after_seconds = 0});
  EXPECT_EQ(now.headers.get("retry-after"), "0");
  const auto unknown = error_response({.code = ErrorCode::rate_limited, .message = "m"});
  EXPECT_EQ(unknown.headers.get("retry-after"), std::nullopt);
}

TEST(ErrorResponses, ThatAHumanMustMendAreNotToBeRetried) {
  for (const auto code : {ErrorCode::verification_required, ErrorCode::sign_in_required}) {
    const auto response = error_response({.code = code, .message = "m"});
    EXPECT_EQ(response.status, 503U);
    EXPECT_EQ(response.headers.get("x-should-retry"), "false");
  }
}

TEST(ErrorResponses, AskForAKeyWhereOneIsMissing) {
  const auto response = error_response({.code = ErrorCode::invalid_api_key, .message = "m"});
  EXPECT_EQ(response.status, 401U);
  EXPECT_EQ(response.headers.get("www-authenticate"), "Bearer");
  const auto other = error_response({.code = ErrorCode::forbidden, .message = "m"});
  EXPECT_EQ(other.headers.get("www-authenticate"), std::nullopt);
}

TEST(ErrorResponses, KeepWhatIsForOperatorsToThemselves) {
  const auto response = error_response({.code = ErrorCode::internal,
                                        .message = "/home/somebody/secret",
                                        .cause = std::make_shared<const Error>(Error{
                                            .code = ErrorCode::internal, .message = "trace"})});
  EXPECT_EQ(response.status, 500U);
  EXPECT_EQ(response.body.find("secret"), std::string::npos);
  EXPECT_EQ(response.body.find("trace"), std::string::npos);
}

http::Request request_of(http::Headers headers) {
  return {.id = {},
          .method = "POST",
          .path = "/",
          .query = {},
          .headers = std::move(headers),
          .body = {}};
}

TEST(JsonRequests, SayThatTheyAreJson) {
  for (const auto* type : {"application/json", "Application/JSON", "application/json;charset=utf-8",
                           "application/json ; charset=utf-8"}) {
    EXPECT_TRUE(require_json(request_of({{"Content-Type", type}}))) << type;
  }
}

TEST(JsonRequests, ThatAFormCouldSendAreRefused) {
  for (const auto* type : {"", "text/plain", "application/x-www-form-urlencoded",
                           "multipart/form-data; boundary=application/json", "application/jsonp",
                           "text/plain; application/json"}) {
    const auto checked = require_json(request_of({{"Content-Type", type}}));
    ASSERT_FALSE(checked) << type;
    EXPECT_EQ(checked.error().code, ErrorCode::unsupported_media_type);
  }
  EXPECT_FALSE(require_json(request_of({})));
}

}  // namespace
}  // namespace lmbridge::api
