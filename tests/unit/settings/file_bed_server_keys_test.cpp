// The section file_bed_server.

#include "tests/unit/settings/every_key.hpp"

namespace lmbridge::settings {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

INSTANTIATE_TEST_SUITE_P(
    FileBedServer, EveryKey,
    testing::Values(switch_key("file_bed_server.enabled", true,
                               [](const Settings& s) { return s.file_bed_server.enabled; }),
                    Key{"file_bed_server.listen",
                        "\"[::1]:80\"",
                        [](const Settings& s) {
                          return s.file_bed_server.host == "::1" && s.file_bed_server.port == 80;
                        },
                        {"\"5104\"", "\"::1:80\"", "\"localhost\"", "\"a:65536\"", "7"}},
                    Key{"file_bed_server.public_url",
                        "\"https://files.example.org/bed/\"",
                        [](const Settings& s) {
                          return s.file_bed_server.public_url == "https://files.example.org/bed";
                        },
                        {"\"files.example.org\"", "\"ftp://a\"", "\"https://u@a\"",
                         "\"https://a/?b\"", "\"https://a/#b\"", "\"data:,a\"", "7"}},
                    Key{"file_bed_server.api_key",
                        "\"secret\"",
                        [](const Settings& s) { return s.file_bed_server.api_key == "secret"; },
                        {}},
                    number_key("file_bed_server.max_file_mb", "7",
                               [](const Settings& s) { return s.file_bed_server.max_file_mb; },
                               {"0", "4097", "1000001", "1.5", "\"1\""}),
                    number_key("file_bed_server.max_total_mb", "7000",
                               [](const Settings& s) { return s.file_bed_server.max_total_mb; },
                               {"0", "1000001", "1.5", "\"1\""}),
                    Key{"file_bed_server.max_age_minutes",
                        "0.5",
                        [](const Settings& s) {
                          return s.file_bed_server.max_age == std::chrono::seconds(30);
                        },
                        {"0", "600000", "\"1\""}}));

Loaded with_section(const std::string& members) {
  return parse("{\"file_bed_server\":{" + members + "}}");
}

TEST(FileBedServerKeys, DemandAnApiKeyForAddressesThatOthersReach) {
  const std::string open = R"("enabled": true, "listen": "192.168.1.2:5104")";
  EXPECT_THAT(with_section(open).errors, ElementsAre(HasSubstr("set file_bed_server.api_key")));
  EXPECT_THAT(with_section(open + R"(, "api_key": "secret")").errors, IsEmpty());
  EXPECT_THAT(with_section(R"("listen": "192.168.1.2:5104")").errors, IsEmpty());
  EXPECT_THAT(with_section(R"("enabled": true, "listen": "127.0.0.1:5104")").errors, IsEmpty());
}

TEST(FileBedServerKeys, DoNotShowTheApiKey) {
  const auto loaded = with_section(R"("api_key": ["secret"])");
  ASSERT_EQ(loaded.errors.size(), 1U);
  EXPECT_THAT(loaded.errors[0], HasSubstr("file_bed_server.api_key"));
  EXPECT_THAT(loaded.errors[0], testing::Not(HasSubstr("secret")));
}

TEST(FileBedServerKeys, WarnOfLinksThatNobodyCouldFollow) {
  const std::string everywhere = R"("enabled": true, "listen": "0.0.0.0:1", "api_key": "k")";
  EXPECT_THAT(with_section(everywhere).warnings, ElementsAre(HasSubstr("set public_url")));
  EXPECT_THAT(with_section(everywhere + R"(, "public_url": "http://a.example")").warnings,
              IsEmpty());
}

TEST(FileBedServerKeys, WarnOfAPublicNameWithoutAKey) {
  const std::string named = R"("enabled": true, "public_url": "https://files.example.org")";
  EXPECT_THAT(with_section(named).warnings, ElementsAre(HasSubstr("set file_bed_server.api_key")));
  EXPECT_THAT(with_section(named + R"(, "api_key": "k")").warnings, IsEmpty());
}

TEST(FileBedServerKeys, LimitAFileByTheTotal) {
  EXPECT_EQ(with_section(R"("max_total_mb": 5)").settings.file_bed_server.max_file_mb, 5U);
}

}  // namespace
}  // namespace lmbridge::settings
