#include "settings/reloader.hpp"

#include "settings/listen.hpp"
#include "tests/unit/recording_log.hpp"
#include "tests/unit/temporary_directory.hpp"

#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>
#include <optional>
#include <string>

namespace lmbridge::settings {
namespace {

using base::LogLevel;
using Trigger = Reloader::Trigger;
using testing::HasSubstr;

class Reload : public testing::Test {
 protected:
  void write(const std::string& name, std::string_view text) const {
    std::ofstream(directory_.path() / name, std::ios::binary) << text;
  }
  /// Starts as the daemon does, with `listen` on the command line.
  void start(std::string_view config, std::string listen = "") {
    write("config.jsonc", config);
    write("models.json", "{}");
    const auto file = directory_.path() / "config.jsonc";
    const auto overrides = [listen = std::move(listen)](Settings& settings) {
      if (!listen.empty()) parse_listen(listen, settings.server);
    };
    auto loaded = load(file);
    overrides(loaded.settings);
    live_.emplace(loaded.settings);
    reloader_.emplace(Reloader::Options{.config_file = file, .overrides = overrides}, loaded,
                      *live_, log_);
  }
  void reload(std::string_view config) {
    log_.lines.clear();
    write("config.jsonc", config);
    reloader_->reload(Trigger::file_changed);
  }
  [[nodiscard]] const Settings& current() const { return *live_->current(); }
  [[nodiscard]] std::string line(std::size_t index = 0) const {
    return index < log_.lines.size() ? log_.lines[index].text : "";
  }

  test::TemporaryDirectory directory_;
  test::RecordingLog log_;
  std::optional<LiveSettings> live_;
  std::optional<Reloader> reloader_;
};

TEST_F(Reload, PutsTheNewSettingsIntoForceAndNamesWhatHasChanged) {
  start(R"({"append_citations":true,"server":{"drain_seconds":1}})");
  const auto before = live_->current();
  reload(
      R"({"append_citations":false,"server":{"drain_seconds":2,"hosts":["h"]},"api_key":"sk-1"})");
  EXPECT_FALSE(current().append_citations);
  EXPECT_EQ(current().server.drain, std::chrono::seconds(2));
  EXPECT_TRUE(before->append_citations) << "requests that run keep what they have";
  ASSERT_EQ(log_.lines.size(), 1U);
  EXPECT_EQ(log_.lines[0].level, LogLevel::info);
  EXPECT_EQ(line(),
            "the configuration was reloaded changed=\"append_citations, "
            "server.drain_seconds, server.hosts, api_key\"");
}

TEST_F(Reload, NamesTheOtherFiles) {
  start("{}");
  write("models.json", R"({"m":"null"})");
  write("model_endpoint_map.json", R"({"m":{"session_id":"c6341952-952d-4a5a-86ab-61e407667a75",
        "message_id":"c6341952-952d-4a5a-86ab-61e407667a75"}})");
  reloader_->reload(Trigger::file_changed);
  EXPECT_NE(current().models.find("m"), nullptr);
  EXPECT_NE(current().endpoints.find("m"), nullptr);
  EXPECT_THAT(line(), HasSubstr("changed=\"models.json, model_endpoint_map.json\""));
}

TEST_F(Reload, KeepsEverythingWhenThereAreErrorsAndSaysSoOnce) {
  start(R"({"append_citations":false})");
  const auto before = live_->current();
  reload("{\"append_citations\":true,\n\"url_display_length\":\"x\",\"debug_show_full_urls\":1}");
  EXPECT_EQ(live_->current(), before);
  ASSERT_EQ(log_.lines.size(), 1U);
  EXPECT_EQ(log_.lines[0].level, LogLevel::error);
  EXPECT_THAT(line(), HasSubstr("was not reloaded"));
  EXPECT_THAT(line(), HasSubstr("config.jsonc:2:22: url_display_length: found"));
  EXPECT_THAT(line(), HasSubstr("errors=2"));
  EXPECT_THAT(line(), HasSubstr("lmbridged --check-config"));
  log_.lines.clear();
  reloader_->reload(Trigger::file_changed);
  EXPECT_EQ(log_.count(LogLevel::error), 0U) << "the same again is no news";
  reloader_->reload(Trigger::asked_for);
  EXPECT_EQ(log_.count(LogLevel::error), 1U) << "who asks is told";
}

TEST_F(Reload, KeepsEverythingWhenOneOfTheOtherFilesIsBrokenOrGone) {
  start("{}");
  const auto before = live_->current();
  write("models.json", "{\"m\":");
  reload(R"({"append_citations":false})");
  EXPECT_EQ(live_->current(), before);
  EXPECT_THAT(line(), HasSubstr("models.json:1:6"));
  write("models.json", "{}");
  std::filesystem::remove(directory_.path() / "config.jsonc");
  log_.lines.clear();
  reloader_->reload(Trigger::file_changed);
  EXPECT_EQ(live_->current(), before);
  EXPECT_THAT(line(), HasSubstr("No such file"));
}

TEST_F(Reload, SaysWhenTheErrorsAreGone) {
  start("{}");
  reload("{");
  reload("{}");
  EXPECT_THAT(line(), HasSubstr("no errors any more"));
  EXPECT_EQ(log_.lines.size(), 1U);
}

TEST_F(Reload, IsQuietWhenNothingHasChanged) {
  start(R"({"api_key":"k","site":{"method":"PUT"}})");
  reload("// a comment\n{ \"site\": { \"method\": \"PUT\", },\n \"api_key\": \"\\u006b\" }");
  ASSERT_EQ(log_.lines.size(), 1U);
  EXPECT_EQ(log_.lines[0].level, LogLevel::debug);
}

TEST_F(Reload, NamesWhatHasToWaitForTheNextStartAndLeavesItAsItIs) {
  start("{}");
  reload(R"({"server":{"listen":"127.0.0.1:1","body_limit_mb":1},"site":{"origin":"https://a.b"},
             "browser":{"args":["--x"]},"logging":{"level":"error"},"append_citations":false})");
  EXPECT_EQ(current().server, Server());
  EXPECT_EQ(current().site, Site());
  EXPECT_EQ(current().browser, Browser());
  EXPECT_EQ(current().logging, Logging());
  ASSERT_EQ(log_.lines.size(), 2U);
  EXPECT_THAT(line(0), HasSubstr("changed=append_citations"));
  EXPECT_EQ(log_.lines[1].level, LogLevel::warning);
  EXPECT_THAT(line(1), HasSubstr("keys=\"server.listen, server.body_limit_mb, site.origin, "
                                 "browser.args, logging.level\""));
}

TEST_F(Reload, NeverOpensTheDoor) {
  start(R"({"api_key":"k","server":{"listen":"0.0.0.0:1"}})");
  for (const auto* config : {"{}", R"({"server":{"listen":"0.0.0.0:1"}})",
                             R"({"api_key":"","server":{"listen":"127.0.0.1:1"}})"}) {
    reload(config);
    EXPECT_EQ(current().api_keys.size(), 1U) << config;
    EXPECT_EQ(log_.count(LogLevel::error, "no key protects it"), 1U) << config;
    reload(R"({"api_key":"k","server":{"listen":"0.0.0.0:1"}})");
  }
}

TEST_F(Reload, NeverOpensTheDoorThatTheCommandLineChose) {
  start(R"({"api_key":"k"})", "0.0.0.0:1");
  reload("{}");
  EXPECT_EQ(current().api_keys.size(), 1U);
  EXPECT_THAT(line(), HasSubstr("server.listen is 0.0.0.0"));
  EXPECT_EQ(current().server.host, "0.0.0.0");
}

TEST_F(Reload, WarnsOfWhatIsNew) {
  start(R"({"surprise":1})");
  reload(R"({"surprise":2})");
  EXPECT_EQ(log_.count(LogLevel::warning), 0U);
  reload(R"({"surprise":2,"more":1})");
  EXPECT_EQ(log_.count(LogLevel::warning, "unknown key surprise"), 1U);
  EXPECT_EQ(log_.count(LogLevel::warning, "warnings=2"), 1U);
}

}  // namespace
}  // namespace lmbridge::settings
