#include "tests/unit/control/control_fixture.hpp"

namespace lmbridge::control {
namespace {

using testing::HasSubstr;

using ConfigurationCalls = ControlFixture;

std::string text_of(const boost::json::value& value) {
  return boost::json::serialize(value);
}

TEST_F(ConfigurationCalls, ChangeTheFileWhereItStandsAndPutItInForce) {
  start("{ // mine\n  \"server\": { \"drain_seconds\": 3 } // drain\n}\n");
  const auto set = call("PUT", "/config/server.drain_seconds", "4");
  EXPECT_EQ(set.status, 200U);
  EXPECT_EQ(text_of(set.body.at("changed")), R"(["server.drain_seconds"])");
  EXPECT_EQ(read("config.jsonc"),
            "{ // mine\n  \"server\": { \"drain_seconds\": 4 } // drain\n}\n");
  EXPECT_EQ(live->current()->server.drain, std::chrono::seconds(4));
  EXPECT_EQ(text_of(call("GET", "/config/server.drain_seconds").body.at("value")), "4");
}

TEST_F(ConfigurationCalls, SayWhatWaitsForTheNextStart) {
  start("{}");
  const auto set = call("PUT", "/config/browser.contexts", "2");
  EXPECT_EQ(text_of(set.body.at("at_next_start")), R"(["browser.contexts"])");
  EXPECT_EQ(live->current()->browser.contexts, 1U);
  EXPECT_TRUE(call("GET", "/config/browser").body.at("at_next_start").as_bool());
  EXPECT_TRUE(call("GET", "/config/browser.contexts").body.at("at_next_start").as_bool());
  EXPECT_FALSE(call("GET", "/config/browser.args").body.at("at_next_start").as_bool());
  // Taken back, nothing waits any more.
  write("config.jsonc", "{}");
  EXPECT_EQ(text_of(call("POST", "/reload").body.at("at_next_start")), "[]");
}

TEST_F(ConfigurationCalls, ReachIntoArrays) {
  start(R"({"api_keys":[{"name":"a","key":"k"}]})");
  EXPECT_EQ(call("PUT", "/config/api_keys.0.name", "\"b\"").status, 200U);
  EXPECT_EQ(live->current()->api_keys[0].name, "b");
  EXPECT_EQ(call("PUT", "/config/api_keys.1", R"({"name":"c","key":"l"})").status, 200U);
  EXPECT_EQ(live->current()->api_keys.size(), 2U);
  EXPECT_EQ(call("PUT", "/config/api_keys.7.name", "\"b\"").status, 422U);
}

struct Refused {
  const char* key;
  const char* value;
  unsigned status;
  const char* message;
};

class RefusedValues : public ControlFixture, public testing::WithParamInterface<Refused> {};

TEST_P(RefusedValues, ChangeNothing) {
  const std::string before = R"({"server":{"listen":"127.0.0.1:1"}})";
  start(before);
  const auto& refused = GetParam();
  const auto set = call("PUT", std::string("/config/") + refused.key, refused.value);
  EXPECT_EQ(set.status, refused.status);
  EXPECT_THAT(set.message(), HasSubstr(refused.message));
  EXPECT_EQ(read("config.jsonc"), before);
  EXPECT_EQ(*live->current(), settings::load(file("config.jsonc")).settings);
}

INSTANTIATE_TEST_SUITE_P(
    Each, RefusedValues,
    testing::Values(Refused{"server.drain_seconds", "-1", 422, "allowed: a number from 0"},
                    Refused{"server.drian_seconds", "1", 422, "did you mean server.drain_seconds"},
                    Refused{"server.drain_seconds", "one", 400, "must be a JSON value"},
                    Refused{"server.drain_seconds", "", 400, "must be a JSON value"},
                    Refused{"server.listen.port", "1", 422, "server.listen is no object"},
                    Refused{"server.listen", "\"0.0.0.0:1\"", 422, "no key protects it"},
                    Refused{"", "1", 404, "there is nothing at /config/"},
                    Refused{"a%zz", "1", 400, "percent-encoded"}));

TEST_F(ConfigurationCalls, RefuseFilesWithErrorsAndNameEach) {
  start("{}");
  write("config.jsonc", R"({"session_id":7,"api_key":8})");
  const auto reloaded = call("POST", "/reload");
  EXPECT_EQ(reloaded.status, 422U);
  EXPECT_EQ(reloaded.code(), "invalid_configuration");
  EXPECT_THAT(reloaded.message(), HasSubstr("2 errors"));
  EXPECT_THAT(reloaded.message(), HasSubstr(":1:15: session_id: found 7"));
  const auto checked = call("POST", "/config/check");
  EXPECT_FALSE(checked.body.at("ok").as_bool());
  EXPECT_EQ(checked.body.at("errors").as_array().size(), 2U);
  // An edit of something else does not put them in force either.
  EXPECT_EQ(call("PUT", "/config/server.drain_seconds", "4").status, 422U);
}

TEST_F(ConfigurationCalls, AreLoggedWithTheirCallerAndWithoutWhatTheySay) {
  start("{}");
  call("PUT", "/config/api_key", "\"sk-secret\"");
  EXPECT_EQ(log.count(base::LogLevel::info,
                      "method=PUT path=/config/api_key status=200 pid=6 uid=7 user=alice"),
            1U);
  for (const auto& line : log.lines) EXPECT_THAT(line.text, testing::Not(HasSubstr("sk-secret")));
  EXPECT_THAT(text_of(call("GET", "/config").body), testing::Not(HasSubstr("sk-secret")));
}

}  // namespace
}  // namespace lmbridge::control
