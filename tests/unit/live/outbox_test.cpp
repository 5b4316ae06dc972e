#include "live/outbox.hpp"

#include "tests/unit/coroutine_test.hpp"

#include <gmock/gmock.h>

namespace lmbridge::live {
namespace {

using boost::asio::awaitable;

class OutboxOfAViewer : public testing::Test {
 protected:
  static bridge::LiveFrame picture(std::string jpeg) { return {.jpeg = std::move(jpeg)}; }

  awaitable<std::string> next_picture() {
    co_return std::get<bridge::LiveFrame>(co_await outbox.next()).jpeg;
  }

  boost::asio::io_context context{1};
  Outbox outbox{context.get_executor()};
};

TEST_F(OutboxOfAViewer, GivesNewsInOrderAndBeforePictures) {
  test::run(context, [&]() -> awaitable<void> {
    outbox.show(picture("a"));
    EXPECT_TRUE(outbox.say("1"));
    EXPECT_TRUE(outbox.say("2"));
    EXPECT_EQ(std::get<std::string>(co_await outbox.next()), "1");
    EXPECT_EQ(std::get<std::string>(co_await outbox.next()), "2");
    EXPECT_EQ(co_await next_picture(), "a");
  }());
}

TEST_F(OutboxOfAViewer, KeepsTheNewestPictureAlone) {
  test::run(context, [&]() -> awaitable<void> {
    outbox.show(picture("a"));
    EXPECT_FALSE(outbox.wants_picture());
    outbox.show(picture("b"));
    EXPECT_EQ(co_await next_picture(), "b");
    EXPECT_TRUE(outbox.wants_picture());
  }());
}

TEST_F(OutboxOfAViewer, SendsNoThirdPictureBeforeOneHasBeenShown) {
  test::run(context, [&]() -> awaitable<void> {
    for (const auto* jpeg : {"a", "b"}) {
      outbox.show(picture(jpeg));
      EXPECT_EQ(co_await next_picture(), jpeg);
    }
    EXPECT_FALSE(outbox.wants_picture());
    outbox.show(picture("c"));
    EXPECT_TRUE(outbox.say("news"));
    EXPECT_EQ(std::get<std::string>(co_await outbox.next()), "news");
    outbox.note_shown();
    EXPECT_EQ(co_await next_picture(), "c");
  }());
}

TEST_F(OutboxOfAViewer, IsNotFooledByPicturesThatWereNeverSent) {
  outbox.note_shown();
  outbox.note_shown();
  EXPECT_TRUE(outbox.wants_picture());
}

TEST_F(OutboxOfAViewer, IsBounded) {
  bool has_room = true;
  int said = 0;
  for (; has_room && said < 10'000; ++said) has_room = outbox.say("news");
  EXPECT_LT(said, 1000);
}

}  // namespace
}  // namespace lmbridge::live
