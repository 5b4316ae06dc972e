#include "ctl/live_events.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <gmock/gmock.h>

#include <vector>

namespace lmbridge::ctl {
namespace {

using testing::HasSubstr;
using testing::Not;

boost::json::object event(std::string_view text) {
  return boost::json::parse(text).as_object();
}

const std::string told =
    "{\"event\":\"link\",\"url\":\"u\"}\n{\"event\":\"viewer_came\",\"address\":\"a\"}\n"
    "{\"event\":\"ended\",\"reason\":\"idle\"}\n";

TEST(EventsOfALiveView, AreReadWhereverTheyAreCut) {
  for (std::size_t cut = 0; cut <= told.size(); ++cut) {
    std::vector<std::string> seen;
    LiveEvents events([&](const auto& each) { seen.push_back(boost::json::serialize(each)); });
    events.take(std::string_view(told).substr(0, cut));
    events.take(std::string_view(told).substr(cut));
    ASSERT_EQ(seen.size(), 3U) << cut;
    EXPECT_EQ(seen[1], R"({"event":"viewer_came","address":"a"})");
    EXPECT_FALSE(events.trouble()) << cut;
  }
}

TEST(EventsOfALiveView, TellOfOneThatBrokeOffAndOfALinkThatNobodyOpened) {
  LiveEvents cut([](const auto&) {});
  cut.take("{\"event\":\"link\"}\nno JSON\n{\"event\":\"end");
  EXPECT_EQ(cut.trouble()->code, "cut");
  EXPECT_EQ(cut.trouble()->exit, ExitCode::failed);
  LiveEvents expired([](const auto&) {});
  expired.take("{\"event\":\"ended\",\"reason\":\"expired\"}\n");
  EXPECT_EQ(expired.trouble()->exit, ExitCode::not_ready);
}

TEST(EventsOfALiveView, ShowALinkWithTheWayToItWhereThatIsOfUse) {
  const auto link = event(
      R"({"event":"link","url":"http://127.0.0.1:5102/live/#t","base_url":"http://127.0.0.1:5102",
          "is_loopback":true,"expires_in":600})");
  const auto shown = describe_live_event(link, true);
  EXPECT_THAT(shown, HasSubstr("within 10 min:\n\n  http://127.0.0.1:5102/live/#t\n"));
  EXPECT_THAT(shown, HasSubstr("  ssh -L 5102:127.0.0.1:5102 SERVER\n"));
  EXPECT_THAT(describe_live_event(link, false), Not(HasSubstr("ssh")));
  auto elsewhere = link;
  elsewhere["is_loopback"] = false;
  EXPECT_THAT(describe_live_event(elsewhere, true), Not(HasSubstr("ssh")));
}

TEST(EventsOfALiveView, SayWhoCameAndWhyItIsOver) {
  EXPECT_EQ(describe_live_event(event(R"({"event":"viewer_came","address":"10.0.0.1:9"})"), true),
            "A viewer has connected from 10.0.0.1:9.\n");
  EXPECT_EQ(describe_live_event(event(R"({"event":"viewer_left","reason":"left"})"), true),
            "The viewer has left.\n");
  EXPECT_THAT(describe_live_event(event(R"({"event":"ended","reason":"stopping"})"), true),
              HasSubstr("lmbridged is stopping"));
  EXPECT_EQ(describe_live_event(event(R"({"event":"of another version"})"), true), "");
}

}  // namespace
}  // namespace lmbridge::ctl
