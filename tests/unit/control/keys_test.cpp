#include "settings/key_hash.hpp"
#include "tests/unit/control/control_fixture.hpp"

namespace lmbridge::control {
namespace {

using testing::HasSubstr;
using testing::Not;

using KeyCalls = ControlFixture;

std::string key_in(const Said& said) {
  return std::string(said.body.at("key").as_string());
}

TEST_F(KeyCalls, MakeKeysThatAreShownOnceAndKeptAsHashes) {
  start("{}");
  const auto first = call("POST", "/keys", R"({"name":"alice"})");
  EXPECT_EQ(first.status, 201U);
  EXPECT_TRUE(first.body.at("is_first").as_bool());
  const auto second = call("POST", "/keys", R"({"name":"bob","models":["m"]})");
  EXPECT_FALSE(second.body.at("is_first").as_bool());
  EXPECT_NE(key_in(first), key_in(second));
  EXPECT_THAT(key_in(first), testing::MatchesRegex("sk-[A-Za-z0-9]+"));
  EXPECT_EQ(key_in(first).size(), 51U);
  EXPECT_THAT(read("config.jsonc"), Not(HasSubstr(key_in(first))));
  const auto& keys = live->current()->api_keys;
  ASSERT_EQ(keys.size(), 2U);
  EXPECT_EQ(keys[0].hash, settings::hash_key(key_in(first)));
  EXPECT_EQ(keys[0].key, "");
  EXPECT_EQ(keys[1].hash, settings::hash_key(key_in(second)));
  EXPECT_THAT(keys[1].models, testing::ElementsAre("m"));
}

TEST_F(KeyCalls, ListNamesAndNoKeys) {
  start(R"({"api_key":"sk-plain","api_keys":[{"name":"a","key":"sk-a","models":["m"]}]})");
  call("POST", "/keys", R"({"name":"b"})");
  EXPECT_EQ(boost::json::serialize(call("GET", "/keys").body),
            R"({"keys":[{"name":null,"stored":"plain","models":null},)"
            R"({"name":"a","stored":"plain","models":["m"]},)"
            R"({"name":"b","stored":"hashed","models":null}]})");
}

TEST_F(KeyCalls, RemoveAKeyAndLeaveTheOthersAsTheyStand) {
  start(
      "{\n  \"api_keys\": [\n    // the first\n    {\"name\": \"a b\", \"key\": \"k\"}, // one\n"
      "    {\"name\": \"c\", \"key\": \"l\"}, // two\n  ],\n}\n");
  const auto removed = call("DELETE", "/keys/a%20b");
  EXPECT_EQ(removed.status, 200U);
  EXPECT_FALSE(removed.body.at("was_last").as_bool());
  EXPECT_EQ(
      read("config.jsonc"),
      "{\n  \"api_keys\": [\n    // the first\n    {\"name\": \"c\", \"key\": \"l\"}, // two\n"
      "  ],\n}\n");
  EXPECT_TRUE(call("DELETE", "/keys/c").body.at("was_last").as_bool());
  EXPECT_TRUE(live->current()->api_keys.empty());
}

TEST_F(KeyCalls, ThatCannotBeDoneSayWhy) {
  start(R"({"api_keys":[{"name":"a","key":"k"}]})");
  EXPECT_EQ(call("DELETE", "/keys/b").code(), "not_found");
  EXPECT_THAT(call("POST", "/keys", R"({"name":"a"})").message(), HasSubstr("already"));
  EXPECT_THAT(call("POST", "/keys", R"({"name":"a","modles":[]})").message(), HasSubstr("modles"));
  EXPECT_THAT(call("POST", "/keys", R"({"name":"z","models":7})").message(),
              HasSubstr("allowed: an array of strings"));
  for (const auto* body :
       {"", "[]", "{}", R"({"name":""})", R"({"name":7})", R"({"name":"a\n"})"}) {
    EXPECT_EQ(call("POST", "/keys", body).code(), "invalid_request") << body;
  }
  EXPECT_EQ(live->current()->api_keys.size(), 1U);
}

TEST_F(KeyCalls, KeepTheLastKeyWhereOthersCanReachTheDaemon) {
  start(R"({"server":{"listen":"0.0.0.0:1"},"api_keys":[{"name":"a","key":"k"}]})");
  EXPECT_EQ(call("DELETE", "/keys/a").status, 422U);
  EXPECT_EQ(live->current()->api_keys.size(), 1U);
}

}  // namespace
}  // namespace lmbridge::control
