#include "journal/recent_log.hpp"

#include "tests/unit/coroutine_test.hpp"
#include "tests/unit/recording_log.hpp"

#include <gmock/gmock.h>

namespace lmbridge::journal {
namespace {

using base::LogLevel;
using testing::HasSubstr;

class KeptLog : public testing::Test {
 protected:
  [[nodiscard]] std::vector<std::uint64_t> numbers(std::uint64_t after, std::size_t most) const {
    std::vector<std::uint64_t> result;
    for (const auto& line : log.lines(after, most)) result.push_back(line.number);
    return result;
  }

  test::RecordingLog out;
  base::SystemClock clock;
  RecentLog log{out, clock};
};

TEST_F(KeptLog, PassesEverythingOn) {
  log.info("something happened", {{"count", 3}});
  ASSERT_EQ(out.lines.size(), 1U);
  EXPECT_EQ(out.lines.front().text, "something happened count=3");
  EXPECT_EQ(log.lines(0, 1).front().text, "something happened count=3");
  EXPECT_EQ(log.lines(0, 1).front().level, LogLevel::info);
}

TEST_F(KeptLog, GivesTheLastLinesOfThoseThatCameBehindANumber) {
  EXPECT_EQ(log.last_number(), 0U);
  EXPECT_TRUE(log.lines(0, 10).empty());
  for (int i = 0; i < 5; ++i) log.warning("a line");
  EXPECT_EQ(log.last_number(), 5U);
  EXPECT_EQ(numbers(0, 10), (std::vector<std::uint64_t>{1, 2, 3, 4, 5}));
  EXPECT_EQ(numbers(0, 2), (std::vector<std::uint64_t>{4, 5}));
  EXPECT_EQ(numbers(3, 10), (std::vector<std::uint64_t>{4, 5}));
  EXPECT_TRUE(numbers(5, 10).empty());
  EXPECT_TRUE(numbers(0, 0).empty());
}

TEST_F(KeptLog, ForgetsTheOldestAndCutsWhatIsLong) {
  for (std::size_t i = 0; i < RecentLog::most_lines + 5; ++i) log.info("a line");
  EXPECT_EQ(log.lines(0, 2 * RecentLog::most_lines).size(), RecentLog::most_lines);
  EXPECT_EQ(numbers(0, RecentLog::most_lines).front(), 6U);
  log.info(std::string(3 * RecentLog::longest_line, 'x'));
  EXPECT_LT(log.lines(0, 1).front().text.size(), RecentLog::longest_line + 100);
  EXPECT_THAT(log.lines(0, 1).front().text, HasSubstr("bytes"));
}

TEST_F(KeptLog, TellsWhoListensOfEachLine) {
  boost::asio::io_context context{1};
  base::Condition news(context.get_executor());
  {
    const RecentLog::Listener listener(log, news);
    log.info("a line");
    test::run(context, news.wait());
  }
  log.info("nobody listens");
}

}  // namespace
}  // namespace lmbridge::journal
