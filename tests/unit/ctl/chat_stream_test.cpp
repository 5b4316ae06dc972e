#include "ctl/chat_stream.hpp"

#include <gmock/gmock.h>

#include <vector>

namespace lmbridge::ctl {
namespace {

using testing::ElementsAre;

const std::string answer =
    ": keep-alive\n\n"
    "data: {\"choices\":[{\"delta\":{\"role\":\"assistant\"}}]}\n\n"
    "data: {\"choices\":[{\"delta\":{\"content\":\"Hé\"}}]}\n\n"
    "data: {\"choices\":[{\"delta\":{\"content\":\"llo\"}}]}\n\n"
    "data: {\"choices\":[],\"usage\":{}}\n\n"
    "data: [DONE]\n\n";

TEST(ChatStreams, PassTextOnAsItComes) {
  std::vector<std::string> pieces;
  ChatStream stream([&](std::string_view piece) { pieces.emplace_back(piece); });
  stream.take(answer);
  EXPECT_THAT(pieces, ElementsAre("Hé", "llo"));
  EXPECT_EQ(stream.text(), "Héllo");
  EXPECT_FALSE(stream.trouble());
}

TEST(ChatStreams, AreReadWhereverTheyAreCut) {
  for (std::size_t cut = 0; cut <= answer.size(); ++cut) {
    ChatStream stream([](std::string_view) {});
    stream.take(std::string_view(answer).substr(0, cut));
    stream.take(std::string_view(answer).substr(cut));
    EXPECT_EQ(stream.text(), "Héllo") << cut;
    EXPECT_FALSE(stream.trouble()) << cut;
  }
}

TEST(ChatStreams, ThatEndEarlySaySo) {
  ChatStream stream([](std::string_view) {});
  stream.take(std::string_view(answer).substr(0, answer.find("[DONE]")));
  ASSERT_TRUE(stream.trouble());
  EXPECT_EQ(stream.trouble()->code, "cut");
}

TEST(ChatStreams, TellTheErrorThatTheyEndWith) {
  ChatStream stream([](std::string_view) {});
  stream.take("data: {\"error\":{\"message\":\"why\",\"code\":\"rate_limited\"}}\n\n");
  ASSERT_TRUE(stream.trouble());
  EXPECT_EQ(stream.trouble()->code, "rate_limited");
  EXPECT_EQ(stream.trouble()->message, "why");
}

TEST(ChatStreams, ThatAreNoneLeaveNothingBehind) {
  ChatStream stream([](std::string_view) { FAIL(); });
  stream.take("data: nonsense\ndata: []\ndata: {\"choices\":7}\ndata: {\"choices\":[7]}\n");
  EXPECT_TRUE(stream.trouble());
}

TEST(AnswersOnATerminal, DoNothingToIt) {
  EXPECT_EQ(harmless("a\x1b[2Jb\tc\n\x07\x7f\rd 中"), "a[2Jb\tc\nd 中");
}

}  // namespace
}  // namespace lmbridge::ctl
