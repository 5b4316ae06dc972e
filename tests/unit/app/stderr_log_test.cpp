#include "app/stderr_log.hpp"

#include <boost/json/parse.hpp>
#include <gmock/gmock.h>

#include <string>

namespace lmbridge::app {
namespace {

using base::LogLevel;
using testing::HasSubstr;

/// Stands at one moment.
class StoppedClock final : public base::Clock {
 public:
  [[nodiscard]] std::chrono::steady_clock::time_point now() const override { return {}; }
  [[nodiscard]] std::chrono::system_clock::time_point wall_now() const override {
    return std::chrono::system_clock::time_point(std::chrono::milliseconds(1'700'000'000'123));
  }
};

TEST(JsonLog, IsOneObjectALineWithItsFields) {
  const auto line =
      render_json(LogLevel::warning, "2026-01-02T03:04:05.678Z", "a \"message\"",
                  {{"text", "line\nbreak"}, {"count", 3}, {"share", 0.5}, {"ok", true}});
  EXPECT_EQ(line.find('\n'), std::string::npos);
  const auto entry = boost::json::parse(line).as_object();
  EXPECT_EQ(entry.at("time").as_string(), "2026-01-02T03:04:05.678Z");
  EXPECT_EQ(entry.at("level").as_string(), "warning");
  EXPECT_EQ(entry.at("message").as_string(), "a \"message\"");
  EXPECT_EQ(entry.at("text").as_string(), "line\nbreak");
  EXPECT_EQ(entry.at("count").as_int64(), 3);
  EXPECT_EQ(entry.at("share").as_double(), 0.5);
  EXPECT_TRUE(entry.at("ok").as_bool());
}

TEST(JsonLog, StaysValidWhateverAPageOrAClientSays) {
  const auto line = render_json(LogLevel::info, "t", "bad \xff bytes", {{"x", "cut \xe4\xb8"}});
  boost::system::error_code error;
  const auto entry = boost::json::parse(line, error);
  ASSERT_FALSE(error) << line;
  EXPECT_EQ(entry.at("x").as_string(), "cut \\xe4\\xb8");
}

class LogOnStderr : public testing::Test {
 protected:
  /// What a log with these options writes for one line of each level.
  std::string written(base::LogLevel level, settings::LogFormat format) {
    testing::internal::CaptureStderr();
    {
      StderrLog log({.level = level, .format = format}, clock);
      log.debug("at debug");
      log.info("at info", {{"field", "a b"}});
      log.warning("at warning {}");
      log.error("at error");
    }
    return testing::internal::GetCapturedStderr();
  }

  StoppedClock clock;
};

TEST_F(LogOnStderr, LeavesOutWhatIsBelowItsLevel) {
  const auto at = [this](base::LogLevel level) {
    return written(level, settings::LogFormat::text);
  };
  EXPECT_THAT(at(base::LogLevel::debug), HasSubstr("at debug"));
  EXPECT_THAT(at(base::LogLevel::info), testing::Not(HasSubstr("at debug")));
  EXPECT_THAT(at(base::LogLevel::info), HasSubstr("at info"));
  EXPECT_THAT(at(base::LogLevel::warning), testing::Not(HasSubstr("at info")));
  EXPECT_THAT(at(base::LogLevel::error), testing::Not(HasSubstr("at warning")));
  EXPECT_THAT(at(base::LogLevel::error), HasSubstr("at error"));
}

TEST_F(LogOnStderr, WritesTextForPeople) {
  const auto text = written(base::LogLevel::info, settings::LogFormat::text);
  EXPECT_THAT(text, HasSubstr("at info field=\"a b\"\n"));
  EXPECT_THAT(text, HasSubstr("at warning {}\n"));
}

TEST_F(LogOnStderr, WritesJsonForPrograms) {
  const auto text = written(base::LogLevel::error, settings::LogFormat::json);
  const auto entry = boost::json::parse(text).as_object();
  EXPECT_EQ(entry.at("time").as_string(), "2023-11-14T22:13:20.123Z");
  EXPECT_EQ(entry.at("level").as_string(), "error");
  EXPECT_EQ(entry.at("message").as_string(), "at error");
}

}  // namespace
}  // namespace lmbridge::app
