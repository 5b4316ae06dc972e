#include "api/access.hpp"

#include "settings/key_hash.hpp"

#include <gmock/gmock.h>

#include <string>

namespace lmbridge::api {
namespace {

constexpr const char* key = "sk-secret";

settings::Settings open_settings() {
  settings::Settings settings;
  settings.server.hosts = {"bridge.lan"};
  settings.server.allowed_origins = {"https://chat.example"};
  return settings;
}

settings::Settings locked_settings() {
  auto settings = open_settings();
  settings.api_keys = {{.name = {}, .key = key, .models = {}}};
  return settings;
}

http::Request request(http::Headers headers, std::string path = "/v1/models") {
  return {.id = "req_1",
          .method = "GET",
          .path = std::move(path),
          .query = {},
          .headers = std::move(headers),
          .body = {}};
}

/// "ok", or the error's name.
std::string outcome(const http::Request& request, const settings::Settings& settings) {
  const auto checked = check_access(request, settings);
  return checked ? "ok" : std::string(base::name(checked.error().code));
}

struct Case {
  const char* what;
  http::Headers headers;
  const char* outcome;
};

void PrintTo(const Case& each, std::ostream* out) {
  *out << each.what;
}

class AccessWithoutAKey : public testing::TestWithParam<Case> {};

TEST_P(AccessWithoutAKey, KeepsForeignPagesOut) {
  EXPECT_EQ(outcome(request(GetParam().headers), open_settings()), GetParam().outcome);
}

INSTANTIATE_TEST_SUITE_P(
    Hosts, AccessWithoutAKey,
    testing::Values(
        Case{"no headers", {}, "ok"}, Case{"localhost", {{"Host", "localhost"}}, "ok"},
        Case{"a port", {{"Host", "localhost:5102"}}, "ok"},
        Case{"capitals", {{"Host", "LocalHost:1"}}, "ok"},
        Case{"127.0.0.1", {{"Host", "127.0.0.1:5102"}}, "ok"},
        Case{"another loopback address", {{"Host", "127.8.9.1"}}, "ok"},
        Case{"::1", {{"Host", "[::1]:5102"}}, "ok"},
        Case{"::1 without a port", {{"Host", "[::1]"}}, "ok"},
        Case{"a configured name", {{"Host", "Bridge.LAN:80"}}, "ok"},
        Case{"an empty Host", {{"Host", ""}}, "forbidden"},
        Case{"a rebound name", {{"Host", "evil.example"}}, "forbidden"},
        Case{"a name that looks like loopback", {{"Host", "127.0.0.1.evil.example"}}, "forbidden"},
        Case{"a name below localhost", {{"Host", "localhost.evil.example"}}, "forbidden"},
        Case{"a name that ends like ours", {{"Host", "x.bridge.lan"}}, "forbidden"},
        Case{"a network address", {{"Host", "192.168.1.2:5102"}}, "forbidden"},
        Case{"every address", {{"Host", "0.0.0.0:5102"}}, "forbidden"},
        Case{"another IPv6 address", {{"Host", "[fe80::1]:5102"}}, "forbidden"},
        Case{"::1 without brackets", {{"Host", "::1"}}, "forbidden"}));

INSTANTIATE_TEST_SUITE_P(
    Origins, AccessWithoutAKey,
    testing::Values(
        Case{"a page on localhost", {{"Origin", "http://localhost:3000"}}, "ok"},
        Case{"a page on 127.0.0.1", {{"Origin", "https://127.0.0.1"}}, "ok"},
        Case{"a page on ::1", {{"Origin", "http://[::1]:3000"}}, "ok"},
        Case{"an allowed page", {{"Origin", "https://chat.example"}}, "ok"},
        Case{"an allowed page in capitals", {{"origin", "https://CHAT.example"}}, "ok"},
        Case{"a foreign page", {{"Origin", "https://evil.example"}}, "forbidden"},
        Case{"an opaque origin", {{"Origin", "null"}}, "forbidden"},
        Case{"an empty origin", {{"Origin", ""}}, "forbidden"},
        Case{"another port of an allowed page",
             {{"Origin", "https://chat.example:8443"}},
             "forbidden"},
        Case{"another scheme of an allowed page", {{"Origin", "http://chat.example"}}, "forbidden"},
        Case{"a page below localhost", {{"Origin", "http://localhost.evil.example"}}, "forbidden"},
        Case{"a page that has localhost as its user",
             {{"Origin", "http://localhost@evil.example"}},
             "forbidden"},
        Case{"a foreign page that talks to localhost",
             {{"Host", "localhost"}, {"Origin", "https://evil.example"}},
             "forbidden"},
        Case{"a local page that talks to a rebound name",
             {{"Host", "evil.example"}, {"Origin", "http://localhost"}},
             "forbidden"}));

class AccessWithAKey : public testing::TestWithParam<Case> {};

TEST_P(AccessWithAKey, NeedsExactlyThatKey) {
  EXPECT_EQ(outcome(request(GetParam().headers), locked_settings()), GetParam().outcome);
}

INSTANTIATE_TEST_SUITE_P(
    Each, AccessWithAKey,
    testing::Values(
        Case{"the key", {{"Authorization", "Bearer sk-secret"}}, "ok"},
        Case{"the scheme in lower case", {{"authorization", "bearer sk-secret"}}, "ok"},
        Case{"the key from anywhere",
             {{"Host", "evil.example"},
              {"Origin", "https://evil.example"},
              {"Authorization", "Bearer sk-secret"}},
             "ok"},
        Case{"nothing", {}, "invalid_api_key"},
        Case{"nothing, on localhost", {{"Host", "localhost"}}, "invalid_api_key"},
        Case{"another key", {{"Authorization", "Bearer sk-secreT"}}, "invalid_api_key"},
        Case{"the start of the key", {{"Authorization", "Bearer sk-secre"}}, "invalid_api_key"},
        Case{"text after the key", {{"Authorization", "Bearer sk-secret x"}}, "invalid_api_key"},
        Case{"a blank after the key", {{"Authorization", "Bearer sk-secret "}}, "invalid_api_key"},
        Case{"two blanks", {{"Authorization", "Bearer  sk-secret"}}, "invalid_api_key"},
        Case{
            "a list of keys", {{"Authorization", "Bearer sk-secret, Bearer x"}}, "invalid_api_key"},
        Case{"no scheme", {{"Authorization", "sk-secret"}}, "invalid_api_key"},
        Case{"another scheme", {{"Authorization", "Basic sk-secret"}}, "invalid_api_key"},
        Case{"the scheme alone", {{"Authorization", "Bearer"}}, "invalid_api_key"},
        Case{"an empty key", {{"Authorization", "Bearer "}}, "invalid_api_key"},
        Case{"an empty header", {{"Authorization", ""}}, "invalid_api_key"},
        Case{"two headers, the first one right",
             {{"Authorization", "Bearer sk-secret"}, {"Authorization", "Bearer x"}},
             "invalid_api_key"},
        Case{"the same header twice",
             {{"Authorization", "Bearer sk-secret"}, {"authorization", "Bearer sk-secret"}},
             "invalid_api_key"},
        Case{"the key in another header", {{"x-api-key", "sk-secret"}}, "invalid_api_key"}));

TEST(Access, OfHealthNeedsNothing) {
  const http::Headers foreign{{"Host", "evil.example"}, {"Origin", "https://evil.example"}};
  EXPECT_EQ(outcome(request(foreign, "/healthz"), locked_settings()), "ok");
  EXPECT_EQ(outcome(request(foreign, "/healthz"), open_settings()), "ok");
  for (const auto* path : {"/healthz/", "/healthzz", "/Healthz", "/readyz", "/"}) {
    EXPECT_EQ(outcome(request({}, path), locked_settings()), "invalid_api_key") << path;
  }
}

TEST(Access, ErrorsNeverEchoAKey) {
  for (const auto* given : {"Bearer sk-wrong", "sk-wrong", "Bearer sk-secret x"}) {
    const auto checked = check_access(request({{"Authorization", given}}), locked_settings());
    ASSERT_FALSE(checked);
    EXPECT_THAT(checked.error().message, testing::Not(testing::HasSubstr("sk-")));
  }
}

settings::Settings settings_with_keys() {
  auto settings = open_settings();
  settings.api_keys = {{.name = {}, .key = key, .models = {}},
                       {.name = "alice", .key = "sk-alice", .models = {"heron", "a b"}},
                       {.name = "bob", .key = "sk-bob", .models = {}}};
  return settings;
}

TEST(AccessWithSeveralKeys, TellsWhichOneWasGiven) {
  const auto settings = settings_with_keys();
  for (const auto& each : settings.api_keys) {
    const auto caller = check_access(request({{"Authorization", "Bearer " + each.key}}), settings);
    ASSERT_TRUE(caller) << each.name;
    EXPECT_EQ(*caller, &each);
  }
  for (const auto* given : {"Bearer sk-alic", "Bearer sk-alice1", "Bearer alice", "Bearer "}) {
    EXPECT_EQ(outcome(request({{"Authorization", given}}), settings), "invalid_api_key") << given;
  }
}

TEST(AccessWithoutAKeyInTheConfiguration, IsNobodysInParticular) {
  const auto caller =
      check_access(request({{"Authorization", "Bearer whatever"}}), open_settings());
  ASSERT_TRUE(caller);
  EXPECT_EQ(*caller, nullptr);
}

TEST(Models, AreOpenToKeysThatNameNoneAndElseToThoseThatNameThem) {
  const auto settings = settings_with_keys();
  const auto* alice = &settings.api_keys[1];
  for (const auto* caller : {static_cast<const settings::ApiKey*>(nullptr), &settings.api_keys[0],
                             &settings.api_keys[2]}) {
    EXPECT_TRUE(check_model(caller, "anything"));
  }
  EXPECT_TRUE(check_model(alice, "heron"));
  EXPECT_TRUE(check_model(alice, "a b"));
  for (const auto* model : {"Heron", "heron ", "her", "a", ""}) {
    const auto checked = check_model(alice, model);
    ASSERT_FALSE(checked) << model;
    EXPECT_EQ(checked.error().code, ErrorCode::forbidden);
  }
}

TEST(Models, ThatAreForbiddenAreNamedWithTheKeysNameAndWithoutTheKey) {
  const auto settings = settings_with_keys();
  const auto checked = check_model(&settings.api_keys[1], "osprey");
  ASSERT_FALSE(checked);
  EXPECT_THAT(
      checked.error().message,
      testing::AllOf(testing::HasSubstr("\"alice\""), testing::HasSubstr("\"osprey\""),
                     testing::HasSubstr("/v1/models"), testing::Not(testing::HasSubstr("sk-"))));
}

TEST(AllowedOrigins, AreToldToTheirPagesAndToNobodyElse) {
  settings::Server server;
  server.allowed_origins = {"https://chat.example"};
  EXPECT_EQ(allowed_origin("https://chat.example", server), "https://chat.example");
  EXPECT_EQ(allowed_origin("http://localhost:8080", server), "http://localhost:8080");
  EXPECT_EQ(allowed_origin("https://evil.example", server), std::nullopt);
  EXPECT_EQ(allowed_origin("null", server), std::nullopt);
  server.allowed_origins = {"https://a.example", "*"};
  EXPECT_EQ(allowed_origin("https://evil.example", server), "*");
}

TEST(HashedKeys, TakeTheKeyAndNotItsHash) {
  auto settings = locked_settings();
  settings.api_keys.push_back(
      {.name = "alice", .key = {}, .models = {}, .hash = settings::hash_key("sk-alice")});
  const auto with = [&](const std::string& given) {
    return outcome(request({{"authorization", "Bearer " + given}}), settings);
  };
  EXPECT_EQ(with("sk-alice"), "ok");
  EXPECT_EQ(with(key), "ok");
  for (const auto& wrong :
       {settings::hash_key("sk-alice"), std::string("sk-alic"), std::string()}) {
    EXPECT_EQ(with(wrong), "invalid_api_key") << wrong;
  }
  const auto granted = request({{"authorization", "Bearer sk-alice"}});
  ASSERT_TRUE(check_access(granted, settings));
  EXPECT_EQ((*check_access(granted, settings))->name, "alice");
}

TEST(BearerKeys, StandBehindTheirSchemeInAnyCase) {
  EXPECT_EQ(bearer_key(request({{"authorization", "Bearer a b"}})), "a b");
  EXPECT_EQ(bearer_key(request({{"Authorization", "bearer key"}})), "key");
  for (const auto* value : {"", "Bearer", "Bearer ", "Basic key", "key", " Bearer key"}) {
    EXPECT_EQ(bearer_key(request({{"authorization", value}})), "") << value;
  }
  EXPECT_EQ(bearer_key(request({})), "");
}

TEST(RequestsWithoutAKey, MustComeFromThisMachineUnderItsName) {
  const auto is_allowed = [](http::Headers headers) {
    return check_from_this_machine(request(std::move(headers))).has_value();
  };
  EXPECT_TRUE(is_allowed({{"host", "127.0.0.1:5104"}}));
  EXPECT_TRUE(is_allowed({{"host", "localhost"}, {"origin", "http://[::1]:3000"}}));
  EXPECT_FALSE(is_allowed({{"host", "rebound.example"}}));
  EXPECT_FALSE(is_allowed({{"host", "localhost"}, {"origin", "https://foreign.example"}}));
  EXPECT_FALSE(is_allowed({{"host", "localhost"}, {"origin", "null"}}));
}

}  // namespace
}  // namespace lmbridge::api
