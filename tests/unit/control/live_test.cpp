// POST /live, up to where a person comes.

#include "tests/unit/control/control_fixture.hpp"

namespace lmbridge::control {
namespace {

using testing::HasSubstr;

using CallsForALiveView = ControlFixture;

TEST_F(CallsForALiveView, AreRefusedWhenTheyMakeNoSense) {
  start("{}");
  for (const auto* body : {"[]", "{", R"({"pgae":"x"})", R"({"page":7})", R"({"base_url":7})",
                           R"({"base_url":"chat.example"})", R"({"base_url":"ftp://chat.example"})",
                           R"({"base_url":"http://"})", R"({"base_url":"https://a/?b"})",
                           R"({"base_url":"https://a/#b"})", R"({"base_url":"https://u@a"})"}) {
    EXPECT_EQ(call("POST", "/live", body).code(), "invalid_request") << body;
  }
  EXPECT_EQ(call("GET", "/live").status, 405U);
}

TEST_F(CallsForALiveView, NameAPageOnlyWhereThereIsABrowser) {
  start("{}");
  EXPECT_EQ(call("POST", "/live", R"({"page":"5D32"})").code(), "browser_gone");
}

TEST_F(CallsForALiveView, AreRefusedWhenTheDaemonStops) {
  start("{}");
  live_view->close();
  EXPECT_EQ(call("POST", "/live").code(), "shutting_down");
}

}  // namespace
}  // namespace lmbridge::control
