// Status, waiting, draining.

#include "tests/unit/control/control_fixture.hpp"

namespace lmbridge::control {
namespace {

using testing::HasSubstr;

using StateCalls = ControlFixture;

TEST_F(StateCalls, TellOfADaemonThatHasNoBrowserYet) {
  start("{}");
  const auto status = call("GET", "/status");
  EXPECT_EQ(status.status, 200U);
  EXPECT_EQ(status.body.at("version"), "1.2.3");
  EXPECT_EQ(status.body.at("state"), "not_ready");
  EXPECT_THAT(std::string(status.body.at("next").as_string()), HasSubstr("wait --ready"));
  EXPECT_TRUE(status.body.at("browser").is_null());
  EXPECT_EQ(status.body.at("site").at("sign_in"), "unknown");
  EXPECT_TRUE(status.body.at("last_answer").is_null());
  EXPECT_EQ(status.body.at("listening").at("api"), "http://here/v1");
  EXPECT_EQ(log.count(base::LogLevel::info, "control call"), 0U) << "programs watch it";
  EXPECT_EQ(log.count(base::LogLevel::debug, "path=/status"), 1U);
}

TEST_F(StateCalls, TellHowTheLastRequestsEnded) {
  start("{}");
  recent.note(journal::Answer{.request_id = "req_a",
                              .model = "m",
                              .ended = clock.wall_now(),
                              .first_piece = std::chrono::milliseconds(5),
                              .total = std::chrono::milliseconds(9),
                              .pieces = 3});
  recent.note(journal::Failure{.request_id = "req_b",
                               .model = "n",
                               .ended = clock.wall_now(),
                               .code = "rate_limited",
                               .reason = "\xff"});
  const auto status = call("GET", "/status");
  EXPECT_EQ(status.body.at("answered"), 1);
  EXPECT_EQ(status.body.at("failed"), 1);
  EXPECT_EQ(status.body.at("last_answer").at("total_ms"), 9);
  EXPECT_EQ(status.body.at("last_error").at("code"), "rate_limited");
}

TEST_F(StateCalls, TellOfANewerVersionWhereOneIsKnown) {
  start("{}");
  EXPECT_TRUE(call("GET", "/status").body.at("newest_version").is_null());
  newer_version = "1.3.0";
  EXPECT_EQ(call("GET", "/status").body.at("newest_version"), "1.3.0");
}

TEST_F(StateCalls, WaitNoLongerThanTheyAreTold) {
  start("{}");
  const auto waited = call("GET", "/wait?for=ready&timeout=0");
  EXPECT_EQ(waited.status, 504U);
  EXPECT_EQ(waited.code(), "timed_out");
  EXPECT_THAT(waited.message(), HasSubstr("not_ready: the browser is starting"));
  for (const auto* path :
       {"/wait", "/wait?for=x", "/wait?for=ready&timeout=x", "/wait?for=ready&timeout=86401"}) {
    EXPECT_EQ(call("GET", path).code(), "invalid_request") << path;
  }
}

TEST_F(StateCalls, DrainAndResume) {
  start("{}");
  EXPECT_EQ(boost::json::serialize(call("POST", "/drain").body),
            R"({"state":"draining","running":0,"waiting":0})");
  EXPECT_EQ(call("GET", "/status").body.at("state"), "draining");
  EXPECT_EQ(call("POST", "/resume").body.at("state"), "not_ready");
}

TEST_F(StateCalls, HaveNoBrowserToRestartWhereThereIsNone) {
  start("{}");
  const auto restarted = call("POST", "/browser/restart");
  EXPECT_EQ(restarted.status, 503U);
  EXPECT_EQ(restarted.code(), "browser_gone");
}

TEST_F(StateCalls, ThatThereAreNotAreRefusedInTheSameShape) {
  start("{}");
  EXPECT_EQ(call("GET", "/nothing").code(), "not_found");
  EXPECT_EQ(call("GET", "/drain").code(), "method_not_allowed");
  EXPECT_EQ(call("GET", "/v1/chat/completions").code(), "not_found");
}

}  // namespace
}  // namespace lmbridge::control
