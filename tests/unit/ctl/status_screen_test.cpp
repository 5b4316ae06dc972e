#include "ctl/status_screen.hpp"

#include <boost/json/parse.hpp>
#include <gmock/gmock.h>

namespace lmbridge::ctl {
namespace {

using testing::HasSubstr;
using testing::Not;
using namespace std::chrono_literals;

// 2026-11-26T03:20:00Z
const std::chrono::system_clock::time_point now{1'795'663'200s};

std::string shown(const std::string& status, bool colours = false) {
  return render_status(boost::json::parse(status).as_object(), Style(colours), now);
}

constexpr const char* healthy = R"({
  "version": "1.2.3", "pid": 42, "uptime_seconds": 7320, "state": "ready", "reason": "", "next": "",
  "listening": {"api": "http://127.0.0.1:5102/v1", "control": "/run/lmbridge/control.sock",
                "file_bed": "http://127.0.0.1:5104"},
  "browser": {"build": "HeadlessChrome/156", "pid": 43, "memory_mb": 213, "uptime_seconds": 59},
  "browser_restarts": 1,
  "site": {"origin": "https://lmarena.ai", "sign_in": "not needed", "verification": "unknown"},
  "contexts": [{"number": 1, "state": "ready", "origin": "https://lmarena.ai", "protocol": "h2",
                "running": 3, "capacity": 90},
               {"number": 2, "state": "loading", "origin": "", "protocol": "", "running": 0,
                "capacity": 0, "reason": "the page is being loaded"}],
  "queue": {"waiting": 4, "limit": 500, "next_waits_ms": 2140}, "answered": 152, "failed": 3,
  "last_answer": {"model": "heron", "ended": "2026-11-26T03:19:48.100Z", "pieces": 154,
                  "total_ms": 12340},
  "last_error": {"model": "wren", "ended": "2026-11-26T01:18:00.000Z", "code": "rate_limited",
                 "reason": "wait a little"},
  "configuration": {"file": "/etc/lmbridge/config.jsonc", "loaded": "2026-11-24T02:00:00.000Z",
                    "errors": ["one", "two"], "warnings": ["three"],
                    "at_next_start": ["server.listen", "logging.level"]}})";

TEST(StatusScreen, SaysEverythingOnOneScreen) {
  EXPECT_EQ(shown(healthy),
            R"(lmbridged 1.2.3 ready  pid 42, up 2 h 2 min
  Listening http://127.0.0.1:5102/v1
  Control   /run/lmbridge/control.sock
  File bed  http://127.0.0.1:5104
  Browser   HeadlessChrome/156, pid 43, 213 MB, up 59 s, 1 restart
  Site      https://lmarena.ai, sign-in not needed, verification unknown
  Page 1    ready, 3 of 90 running, https://lmarena.ai, h2
  Page 2    loading, 0 of 0 running, the page is being loaded
  Queue     4 of 500 waiting, the next one for 2.1 s
  Requests  152 answered, 3 failed
  Last      heron 12 s ago: 154 pieces in 12.3 s
  Error     wren 2 h 2 min ago: rate_limited: wait a little
  Config    /etc/lmbridge/config.jsonc, read 2 d 1 h ago
            2 errors (lmbridgectl config check)
            1 warning (lmbridgectl config check)
            takes effect at the next start: server.listen, logging.level
)");
}

TEST(StatusScreen, SaysFirstWhatIsWrongAndWhatToDo) {
  const auto screen = shown(
      R"({"version":"1","state":"needs_sign_in","reason":"the site wants an account",
          "next":"sign in","browser":null})");
  EXPECT_THAT(screen, testing::StartsWith("lmbridged 1 needs_sign_in  pid 0, up 0 s\n"
                                          "  Why       the site wants an account\n"
                                          "  Next      sign in\n"));
  EXPECT_THAT(screen, HasSubstr("  Browser   none runs, 0 restarts\n"));
}

TEST(StatusScreen, TellsOfANewerVersionWhereThereIsOne) {
  EXPECT_THAT(shown(R"({"newest_version":"1.3.0"})"),
              HasSubstr("  Update    version 1.3.0 is there\n"));
  EXPECT_THAT(shown(R"({"newest_version":null})"), Not(HasSubstr("Update")));
}

TEST(StatusScreen, IsColouredWhereColoursAreWelcome) {
  EXPECT_THAT(shown(healthy, true), HasSubstr("\x1b[32mready\x1b[0m"));
  EXPECT_THAT(shown(R"({"state":"crash_loop"})", true), HasSubstr("\x1b[31mcrash_loop\x1b[0m"));
  EXPECT_THAT(shown(healthy), Not(HasSubstr("\x1b")));
}

TEST(StatusScreen, TakesWhatADaemonOfAnotherVersionSays) {
  EXPECT_THAT(shown("{}"), HasSubstr("Queue     empty"));
  EXPECT_THAT(shown(R"({"contexts":[7],"listening":7,"last_answer":[],"configuration":"x"})"),
              HasSubstr("Queue     empty"));
}

TEST(StatusScreen, LetsNothingInAnAnswerActOnTheTerminal) {
  EXPECT_THAT(shown(R"({"reason":"\u001b[2J","last_error":{"reason":"a\nb"}})"),
              Not(testing::AnyOf(HasSubstr("\x1b"), HasSubstr("a\nb"))));
}

TEST(Durations, AreInTheUnitsThatMatter) {
  EXPECT_EQ(duration_text(-5s), "0 s");
  EXPECT_EQ(duration_text(59s), "59 s");
  EXPECT_EQ(duration_text(60s), "1 min");
  EXPECT_EQ(duration_text(3600s), "1 h 0 min");
  EXPECT_EQ(duration_text(90'000s), "1 d 1 h");
}

TEST(Ages, OfWhatIsNoTimeAreShownAsTheyAre) {
  EXPECT_EQ(age_text("2026-11-26T03:19:00.000Z", now), "1 min ago");
  EXPECT_EQ(age_text("yesterday", now), "yesterday");
}

}  // namespace
}  // namespace lmbridge::ctl
