#include "settings/load.hpp"

#include <gmock/gmock.h>

#include <functional>
#include <string>

namespace lmbridge::settings {
namespace {

using testing::IsEmpty;
using namespace std::chrono_literals;

/// A key, a value that is right with the question whether it has arrived, and values that are
/// wrong.
struct Key {
  std::string path;
  std::string right;
  std::function<bool(const Settings&)> arrived;
  std::vector<std::string> wrong;
};

void PrintTo(const Key& key, std::ostream* out) {
  *out << key.path;
}

/// {"a":{"b":value}} for the path a.b.
std::string config(const std::string& path, const std::string& value) {
  const auto dot = path.find('.');
  if (dot == std::string::npos) return "{\"" + path + "\":" + value + '}';
  return "{\"" + path.substr(0, dot) + "\":" + config(path.substr(dot + 1), value) + '}';
}

class EveryKey : public testing::TestWithParam<Key> {};

TEST_P(EveryKey, IsReadWhereItIsRight) {
  const auto& key = GetParam();
  EXPECT_FALSE(key.arrived(Settings())) << "the default would pass, too";
  const auto loaded = parse(config(key.path, key.right), "{}");
  EXPECT_THAT(loaded.errors, IsEmpty());
  EXPECT_THAT(loaded.warnings, IsEmpty());
  EXPECT_TRUE(key.arrived(loaded.settings));
}

TEST_P(EveryKey, IsRefusedByNameWhereItIsWrong) {
  const auto& key = GetParam();
  for (const auto& value : key.wrong) {
    const auto text = config(key.path, value);
    const auto loaded = parse(text, "{}");
    ASSERT_EQ(loaded.errors.size(), 1U) << text;
    const auto column = std::to_string(text.rfind(value) + 1);
    EXPECT_THAT(loaded.errors[0], testing::StartsWith("config.jsonc:1:" + column + ": " + key.path +
                                                      ": found " + value + ", allowed: "));
    EXPECT_THAT(loaded.warnings, IsEmpty()) << text;
  }
}

const std::string uuid = "\"c6341952-952d-4a5a-86ab-61e407667a75\"";
const std::string retry = "\"/retry/{session_id}/m/{message_id}\"";

Key seconds_key(std::string path, std::function<std::chrono::milliseconds(const Settings&)> get,
                std::vector<std::string> wrong = {"0", "0.5", "3601", "\"5\"", "true", "null"}) {
  return {.path = std::move(path),
          .right = "7.5",
          .arrived = [get = std::move(get)](const Settings& s) { return get(s) == 7500ms; },
          .wrong = std::move(wrong)};
}

Key texts_key(std::string path, std::function<std::vector<std::string>(const Settings&)> get) {
  return {.path = std::move(path),
          .right = R"(["one", "two"])",
          .arrived =
              [get = std::move(get)](const Settings& s) {
                return get(s) == std::vector<std::string>{"one", "two"};
              },
          .wrong = {"\"one\"", "{}", "7", "null"}};
}

INSTANTIATE_TEST_SUITE_P(
    Root, EveryKey,
    testing::Values(
        Key{"session_id",
            uuid,
            [](const Settings& s) { return s.default_endpoint.session_id.starts_with("c634"); },
            {"7", "null", "[]"}},
        Key{"message_id",
            uuid,
            [](const Settings& s) { return s.default_endpoint.message_id.starts_with("c634"); },
            {"7", "null", "[]"}},
        Key{"api_key",
            "\"k\"",
            [](const Settings& s) {
              return s.api_keys == std::vector<ApiKey>{{.name = {}, .key = "k", .models = {}}};
            },
            {"7", "[\"k\"]", "null"}},
        seconds_key("stream_response_timeout_seconds",
                    [](const Settings& s) { return s.stream_response_timeout; },
                    {"0", "86401", "\"360\"", "-1"})));

INSTANTIATE_TEST_SUITE_P(
    Server, EveryKey,
    testing::Values(
        Key{"server.listen",
            "\"[::1]:80\"",
            [](const Settings& s) { return s.server.host == "::1" && s.server.port == 80; },
            {"\"5102\"", "\"::1:80\"", "\"localhost\"", "\"a:b\"", "\"a:65536\"", "\"[]:80\""}},
        texts_key("server.hosts", [](const Settings& s) { return s.server.hosts; }),
        texts_key("server.allowed_origins",
                  [](const Settings& s) { return s.server.allowed_origins; }),
        Key{"server.body_limit_mb",
            "48",
            [](const Settings& s) { return s.server.body_limit_mb == 48; },
            {"0", "49", "1.5", "\"1\""}},
        Key{"server.max_connections",
            "7",
            [](const Settings& s) { return s.server.max_connections == 7; },
            {"0", "100001", "1.5", "true"}},
        seconds_key("server.header_timeout_seconds",
                    [](const Settings& s) { return s.server.header_timeout; }),
        seconds_key("server.body_timeout_seconds",
                    [](const Settings& s) { return s.server.body_timeout; }),
        seconds_key("server.idle_timeout_seconds",
                    [](const Settings& s) { return s.server.idle_timeout; }),
        seconds_key("server.write_timeout_seconds",
                    [](const Settings& s) { return s.server.write_timeout; }),
        seconds_key("server.drain_seconds", [](const Settings& s) { return s.server.drain; },
                    {"-1", "3601", "\"5\""})));

INSTANTIATE_TEST_SUITE_P(
    Site, EveryKey,
    testing::Values(Key{"site.origin",
                        "\"http://127.0.0.1:8080\"",
                        [](const Settings& s) { return s.site.origin == "http://127.0.0.1:8080"; },
                        {"\"lmarena.ai\"", "\"https://\"", "\"https://a/\"", "\"https://a/b\"",
                         "\"ftp://a\"", "\"https://u@a\"", "7"}},
                    Key{"site.page_path",
                        "\"/c\"",
                        [](const Settings& s) { return s.site.page_path == "/c"; },
                        {"\"c\"", "\"\"", "7"}},
                    Key{"site.retry_path",
                        retry,
                        [](const Settings& s) { return s.site.retry_path.starts_with("/retry/"); },
                        {"\"/retry/{session_id}\"", "\"/{message_id}\"",
                         "\"{session_id}/{message_id}\"", "7"}},
                    Key{"site.method",
                        "\"PATCH\"",
                        [](const Settings& s) { return s.site.method == "PATCH"; },
                        {"\"GET\"", "\"put\"", "7"}},
                    Key{"site.content_type",
                        "\"application/json\"",
                        [](const Settings& s) { return s.site.content_type == "application/json"; },
                        {"7", "null"}},
                    texts_key("site.markers.challenge_page",
                              [](const Settings& s) { return s.site.markers.challenge_page; }),
                    texts_key("site.markers.verification",
                              [](const Settings& s) { return s.site.markers.verification; }),
                    texts_key("site.markers.foreign_session",
                              [](const Settings& s) { return s.site.markers.foreign_session; }),
                    texts_key("site.markers.schema_error",
                              [](const Settings& s) { return s.site.markers.schema_error; }),
                    texts_key("site.markers.moderation",
                              [](const Settings& s) { return s.site.markers.moderation; }),
                    texts_key("site.markers.too_large",
                              [](const Settings& s) { return s.site.markers.too_large; }),
                    texts_key("site.markers.rate_limit",
                              [](const Settings& s) { return s.site.markers.rate_limit; }),
                    texts_key("site.markers.arena_error",
                              [](const Settings& s) { return s.site.markers.arena_error; })));

INSTANTIATE_TEST_SUITE_P(
    Browser, EveryKey,
    testing::Values(Key{"browser.executable",
                        "\"/x\"",
                        [](const Settings& s) { return s.browser.executable == "/x"; },
                        {"7", "null"}},
                    Key{"browser.mode",
                        "\"headless\"",
                        [](const Settings& s) { return s.browser.mode == BrowserMode::headless; },
                        {"\"window\"", "7"}},
                    Key{"browser.user_data_dir",
                        "\"/p\"",
                        [](const Settings& s) { return s.browser.user_data_dir == "/p"; },
                        {"7"}},
                    texts_key("browser.args", [](const Settings& s) { return s.browser.args; }),
                    Key{"browser.sandbox",
                        "\"off\"",
                        [](const Settings& s) { return s.browser.sandbox == Sandbox::off; },
                        {"false", "\"no\""}},
                    seconds_key("browser.start_timeout_seconds",
                                [](const Settings& s) { return s.browser.start_timeout; },
                                {"0", "601", "\"5\""}),
                    Key{"logging.level",
                        "\"debug\"",
                        [](const Settings& s) { return s.logging.level == base::LogLevel::debug; },
                        {"\"trace\"", "\"DEBUG\"", "0"}},
                    Key{"logging.format",
                        "\"json\"",
                        [](const Settings& s) { return s.logging.format == LogFormat::json; },
                        {"\"xml\"", "true"}}));

INSTANTIATE_TEST_SUITE_P(
    Sections, EveryKey,
    testing::Values(Key{"server",
                        "{\"body_limit_mb\":1}",
                        [](const Settings& s) { return s.server.body_limit_mb == 1; },
                        {"[]", "\"x\"", "null"}},
                    Key{"site",
                        "{\"method\":\"POST\"}",
                        [](const Settings& s) { return s.site.method == "POST"; },
                        {"[]", "7"}},
                    Key{"site.markers",
                        "{\"moderation\":[]}",
                        [](const Settings& s) { return s.site.markers.moderation.empty(); },
                        {"[]", "7"}},
                    Key{"browser",
                        "{\"sandbox\":\"on\"}",
                        [](const Settings& s) { return s.browser.sandbox == Sandbox::on; },
                        {"[]", "7"}},
                    Key{"logging",
                        "{\"level\":\"error\"}",
                        [](const Settings& s) { return s.logging.level == base::LogLevel::error; },
                        {"[]", "7"}}));

TEST(SessionIds, PlaceholdersAndWhatIsNoUuidCountAsUnset) {
  for (const auto* value :
       {"\"YOUR_SESSION_ID\"", "\"\"", "\"c6341952\"", "\"c6341952-952d-4a5a-86ab-61e407667a7\"",
        "\"YOUR_952-952d-4a5a-86ab-61e407667a75\""}) {
    const auto loaded = parse(config("session_id", value), "{}");
    EXPECT_THAT(loaded.errors, IsEmpty()) << value;
    EXPECT_EQ(loaded.settings.default_endpoint.session_id, "") << value;
  }
}

TEST(Version, IsReadWithoutMeaningAnything) {
  const auto loaded = parse(R"({"version":"2.7.6"})", "{}");
  EXPECT_THAT(loaded.errors, IsEmpty());
  EXPECT_THAT(loaded.warnings, IsEmpty());
  EXPECT_THAT(parse(R"({"version":2})", "{}").errors,
              testing::ElementsAre("config.jsonc:1:12: version: found 2, allowed: a string"));
}

TEST(Listen, TakesAnAddressAndAPort) {
  Server server;
  EXPECT_TRUE(parse_listen("0.0.0.0:1", server));
  EXPECT_EQ(server.host, "0.0.0.0");
  EXPECT_EQ(server.port, 1);
  EXPECT_TRUE(parse_listen("[fe80::1]:65535", server));
  EXPECT_EQ(server.host, "fe80::1");
  EXPECT_EQ(server.port, 65535);
  EXPECT_TRUE(parse_listen("localhost:0", server));
  EXPECT_EQ(server.host, "localhost");
}

TEST(Listen, RefusesAnythingElseAndLeavesTheServerAlone) {
  for (const auto* text : {"",
                           ":",
                           ":80",
                           "80",
                           "localhost",
                           "localhost:",
                           "localhost:x",
                           "localhost:80x",
                           "localhost:-1",
                           "localhost:+1",
                           "localhost: 80",
                           "localhost:65536",
                           "::1:80",
                           "[::1]",
                           "[::1]80",
                           "[::1",
                           "[]:80",
                           "[::1:80",
                           "::1]:80",
                           "a:b:80"}) {
    Server server;
    EXPECT_FALSE(parse_listen(text, server)) << text;
    EXPECT_EQ(server.host, "127.0.0.1") << text;
    EXPECT_EQ(server.port, 5102) << text;
  }
}

TEST(OpenDoor, IsRefusedWithoutAKeyOnly) {
  Settings settings;
  for (const auto* host : {"127.0.0.1", "127.9.9.9", "::1", "localhost"}) {
    settings.server.host = host;
    EXPECT_EQ(refuse_open_door(settings), "") << host;
  }
  for (const auto* host : {"0.0.0.0", "192.168.1.2", "::", "fe80::1", "::ffff:127.0.0.1"}) {
    settings.server.host = host;
    settings.api_keys.clear();
    EXPECT_THAT(refuse_open_door(settings), testing::HasSubstr(host));
    EXPECT_THAT(refuse_open_door(settings), testing::HasSubstr("api_key"));
    settings.api_keys = {{.name = {}, .key = "secret", .models = {}}};
    EXPECT_EQ(refuse_open_door(settings), "") << host;
  }
}

}  // namespace
}  // namespace lmbridge::settings
