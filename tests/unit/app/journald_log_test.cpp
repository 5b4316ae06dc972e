#include "app/journald_log.hpp"

#include "app/make_log.hpp"
#include "app/stderr_log.hpp"
#include "tests/unit/environment.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <sys/stat.h>
#include <unistd.h>

namespace lmbridge::app {
namespace {

using base::LogLevel;
using testing::Contains;
using testing::ElementsAre;

TEST(JournalEntry, HasTheLineItsConstantPartAndEachFieldUnderItsName) {
  EXPECT_THAT(
      journal_entry(LogLevel::info, "a chat was answered",
                    {{"id", "r-1"}, {"model", "a b"}, {"total_ms", 12}, {"stream", true}}),
      ElementsAre("MESSAGE=a chat was answered id=r-1 model=\"a b\" total_ms=12 stream=true",
                  "PRIORITY=6", "LMBRIDGE_MESSAGE=a chat was answered", "LMBRIDGE_REQUEST_ID=r-1",
                  "LMBRIDGE_MODEL=a b", "LMBRIDGE_TOTAL_MS=12", "LMBRIDGE_STREAM=true"));
}

TEST(JournalEntry, HasThePriorityOfItsLevel) {
  EXPECT_THAT(journal_entry(LogLevel::error, "m", {}), Contains("PRIORITY=3"));
  EXPECT_THAT(journal_entry(LogLevel::warning, "m", {}), Contains("PRIORITY=4"));
  EXPECT_THAT(journal_entry(LogLevel::debug, "m", {}), Contains("PRIORITY=7"));
}

TEST(JournalEntry, HasNamesThatTheJournalTakes) {
  const std::string long_name(100, 'n');
  const auto entry = journal_entry(LogLevel::info, "m", {{"a-b.c", 1}, {long_name, 2}});
  EXPECT_THAT(entry, Contains("LMBRIDGE_A_B_C=1"));
  EXPECT_EQ(entry.back().find('='), 64U);
}

/// What stands in $JOURNAL_STREAM for a descriptor.
std::string name_of(int descriptor) {
  struct stat found{};
  fstat(descriptor, &found);
  return fmt::format("{}:{}", found.st_dev, found.st_ino);
}

TEST(JournalStream, IsTheOneThatTheVariableNames) {
  test::Environment environment;
  environment.unset("JOURNAL_STREAM");
  EXPECT_FALSE(is_journal_stream(STDERR_FILENO));
  std::array<int, 2> pipe{};
  ASSERT_EQ(::pipe(pipe.data()), 0);
  environment.set("JOURNAL_STREAM", name_of(pipe[1]));
  EXPECT_TRUE(is_journal_stream(pipe[1]));
  EXPECT_FALSE(is_journal_stream(STDERR_FILENO)) << "redirected by whoever started us";
  EXPECT_FALSE(is_journal_stream(-1));
  close(pipe[0]);
  close(pipe[1]);
}

TEST(JournalStream, IsWrittenToUnlessLinesOfJsonAreWanted) {
  test::Environment environment;
  const base::SystemClock clock;
  const auto is_journald = [&clock](settings::LogFormat format) {
    const auto log = make_log({.level = LogLevel::info, .format = format}, clock);
    return dynamic_cast<JournaldLog*>(log.get()) != nullptr;
  };
  environment.set("JOURNAL_STREAM", name_of(STDERR_FILENO));
  EXPECT_TRUE(is_journald(settings::LogFormat::text));
  EXPECT_FALSE(is_journald(settings::LogFormat::json));
  environment.set("JOURNAL_STREAM", "1:1");
  EXPECT_FALSE(is_journald(settings::LogFormat::text));
}

TEST(JournaldLog, LeavesOutWhatIsBelowItsLevel) {
  const JournaldLog log(LogLevel::warning);
  EXPECT_FALSE(log.enabled(LogLevel::info));
  EXPECT_TRUE(log.enabled(LogLevel::warning));
  EXPECT_TRUE(log.enabled(LogLevel::error));
}

}  // namespace
}  // namespace lmbridge::app
