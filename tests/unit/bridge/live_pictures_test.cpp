#include "bridge/live_pictures.hpp"

#include <gmock/gmock.h>

namespace lmbridge::bridge {
namespace {

using namespace std::chrono_literals;

class PicturesOfALiveView : public testing::Test {
 protected:
  LivePictures::TimePoint at(std::chrono::milliseconds time) const { return begin + time; }
  static LiveFrame frame(std::string jpeg) { return {.jpeg = std::move(jpeg)}; }

  /// What is shown then; "" for nothing.
  std::string taken(std::chrono::milliseconds time) {
    const auto shown = pictures.take(at(time));
    return shown ? shown->jpeg : "";
  }

  const LivePictures::TimePoint begin{1h};
  LivePictures pictures{{.frame_interval = 100ms, .still_after = 400ms}};
};

TEST_F(PicturesOfALiveView, TheNewestIsShownOnce) {
  EXPECT_EQ(taken(0ms), "");
  pictures.add(frame("one"), 1, at(0ms));
  pictures.add(frame("two"), 2, at(1ms));
  EXPECT_EQ(taken(2ms), "two");
  EXPECT_EQ(taken(3ms), "");
}

TEST_F(PicturesOfALiveView, TheNextIsAskedForWhenOneHasBeenTakenAndItIsTime) {
  pictures.add(frame("one"), 7, at(0ms));
  EXPECT_EQ(pictures.acknowledge(at(500ms)), std::nullopt) << "nobody has taken it";
  (void)taken(500ms);
  EXPECT_EQ(pictures.acknowledge(at(599ms)), std::nullopt);
  (void)pictures.wants_sharp(at(599ms));
  EXPECT_EQ(pictures.next_look(), at(600ms));
  EXPECT_EQ(pictures.acknowledge(at(600ms)), 7);
  EXPECT_EQ(pictures.acknowledge(at(700ms)), std::nullopt) << "once";
}

TEST_F(PicturesOfALiveView, EachIsAcknowledgedOneInEachInterval) {
  for (const auto* look : {"one", "two", "two"}) pictures.add(frame(look), 1, at(0ms));
  (void)taken(0ms);
  (void)pictures.wants_sharp(at(400ms));
  for (const auto due : {100ms, 200ms, 300ms}) {
    EXPECT_EQ(pictures.next_look(), at(due));
    EXPECT_EQ(pictures.acknowledge(at(due - 1ms)), std::nullopt);
    EXPECT_EQ(pictures.acknowledge(at(due)), 1);
  }
  EXPECT_EQ(pictures.next_look(), LivePictures::TimePoint::max());
}

TEST_F(PicturesOfALiveView, ThoseFromBeforeTheBrowserWasAskedAnewAreNotAcknowledged) {
  pictures.add(frame("one"), 1, at(0ms));
  pictures.add(frame("two"), 2, at(0ms));
  (void)taken(0ms);
  EXPECT_EQ(pictures.acknowledge(at(100ms)), 2);
  EXPECT_EQ(pictures.acknowledge(at(200ms)), std::nullopt);
}

TEST_F(PicturesOfALiveView, ASharpOneIsTakenOnceThePageStandsStill) {
  EXPECT_FALSE(pictures.wants_sharp(at(0ms)));
  pictures.add(frame("one"), 1, at(0ms));
  EXPECT_FALSE(pictures.wants_sharp(at(1000ms))) << "the other one has not been taken";
  (void)taken(10ms);
  EXPECT_FALSE(pictures.wants_sharp(at(399ms)));
  (void)pictures.acknowledge(at(399ms));
  EXPECT_EQ(pictures.next_look(), at(400ms));
  EXPECT_TRUE(pictures.wants_sharp(at(400ms)));
  EXPECT_FALSE(pictures.wants_sharp(at(900ms))) << "once";
  EXPECT_EQ(pictures.next_look(), LivePictures::TimePoint::max());
  pictures.add_sharp(frame("sharp"));
  const auto shown = pictures.take(at(910ms));
  ASSERT_TRUE(shown);
  EXPECT_EQ(shown->jpeg, "sharp");
  EXPECT_TRUE(shown->is_sharp);
}

TEST_F(PicturesOfALiveView, ASharpOneIsTakenWhereTheBrowserHasLostTheFirst) {
  pictures.start(at(0ms));
  EXPECT_FALSE(pictures.wants_sharp(at(399ms)));
  EXPECT_EQ(pictures.next_look(), at(400ms));
  EXPECT_TRUE(pictures.wants_sharp(at(400ms)));
  pictures.add_sharp(frame("sharp"));
  EXPECT_EQ(taken(410ms), "sharp");
}

TEST_F(PicturesOfALiveView, ASharpOneOfAPageThatHasMovedIsDropped) {
  pictures.add(frame("one"), 1, at(0ms));
  (void)taken(0ms);
  ASSERT_TRUE(pictures.wants_sharp(at(400ms)));
  pictures.add(frame("two"), 2, at(410ms));
  pictures.add_sharp(frame("sharp one"));
  EXPECT_EQ(taken(420ms), "two");
  EXPECT_TRUE(pictures.wants_sharp(at(810ms))) << "it comes to rest again";
}

TEST_F(PicturesOfALiveView, OneThatLooksLikeTheOneBeforeIsNoChange) {
  pictures.add(frame("one"), 1, at(0ms));
  (void)taken(0ms);
  (void)pictures.acknowledge(at(100ms));
  ASSERT_TRUE(pictures.wants_sharp(at(400ms)));
  pictures.add(frame("one"), 2, at(405ms));
  pictures.add_sharp(frame("sharp"));
  EXPECT_EQ(taken(410ms), "sharp");
  EXPECT_EQ(pictures.acknowledge(at(510ms)), 2) << "but the browser waits for an acknowledgement";
  EXPECT_FALSE(pictures.wants_sharp(at(2000ms)));
}

}  // namespace
}  // namespace lmbridge::bridge
