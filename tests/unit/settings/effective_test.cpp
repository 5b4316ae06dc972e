#include "settings/effective.hpp"

#include "settings/load.hpp"

#include <boost/json/serialize.hpp>
#include <gmock/gmock.h>

namespace lmbridge::settings {
namespace {

using testing::HasSubstr;
using testing::Not;

std::string value(std::string_view config, std::string_view path) {
  const auto found = find_value(effective_config(config), path);
  return found ? boost::json::serialize(*found) : "nothing";
}

TEST(EffectiveConfiguration, HasTheDefaultsOfWhatTheFileLeavesOut) {
  EXPECT_EQ(value("{}", "server.listen"), R"("127.0.0.1:5102")");
  EXPECT_EQ(value("{}", "stream_response_timeout_seconds"), "360");
  EXPECT_EQ(value("{}", "session_id"), R"("")") << "the placeholder is no default";
}

TEST(EffectiveConfiguration, HasWhatTheFileGives) {
  const auto* config = R"({"server":{"drain_seconds":3, /* and */ "hosts":["a"]},"api_key":""})";
  EXPECT_EQ(value(config, "server.drain_seconds"), "3");
  EXPECT_EQ(value(config, "server.hosts"), R"(["a"])");
  EXPECT_EQ(value(config, "server.hosts.0"), R"("a")");
  EXPECT_EQ(value(config, "server.listen"), R"("127.0.0.1:5102")");
}

TEST(EffectiveConfiguration, HasPresetsAsTheyStandThere) {
  const auto* config = R"({"bypass_injection":{"custom":{"content":"x"}}})";
  EXPECT_EQ(value(config, "bypass_injection"), R"({"custom":{"content":"x"}})");
}

TEST(EffectiveConfiguration, SaysNothingOfKeysThatThereAreNot) {
  EXPECT_EQ(value(R"({"sever":{}})", "sever"), "nothing");
  EXPECT_EQ(value("{}", "server.lisen"), "nothing");
  EXPECT_EQ(value("{}", "server.hosts.0"), "nothing");
  EXPECT_EQ(value("{}", "server.listen.x"), "nothing");
  EXPECT_EQ(value("{}", ""), "nothing");
}

TEST(EffectiveConfiguration, ShowsNoSecret) {
  const auto shown = boost::json::serialize(effective_config(R"({
    "api_key": "SECRET", "apikey": "SECRET",
    "api_keys": [{"name":"alice","key":"SECRET","models":["m"],"kye":"SECRET"},
                 {"name":"bob","hash":"SECRET"}],
    "file_bed_endpoints": [{"name":"bed","enabled":true,"url":"https://bed/?key=SECRET",
      "api_key":"SECRET","form_data_fields":{"user":"SECRET"}}],
    "file_bed_api_key": "SECRET", "file_bed_upload_url": "http://u:SECRET@bed/",
    "file_bed_server": {"api_key":"SECRET"},
    "browser": {"args":["--proxy-server=http://u:SECRET@proxy"]}})"));
  EXPECT_THAT(shown, Not(HasSubstr("SECRET")));
  for (const auto* part : {"alice", "bob", "\"m\"", "\"bed\"", "(not shown)"}) {
    EXPECT_THAT(shown, HasSubstr(part));
  }
}

}  // namespace
}  // namespace lmbridge::settings
