#include "bridge/live_json.hpp"

#include "tests/unit/result_test.hpp"

#include <gmock/gmock.h>

namespace lmbridge::bridge {
namespace {

using namespace live_input;

template <class Input>
Input parsed(std::string_view text) {
  return std::get<Input>(test::must(parse_live_input(text)));
}

TEST(WordsOfAViewer, EveryKindOfInputIsUnderstood) {
  const auto mouse = parsed<Mouse>(
      R"({"mouse":{"action":"press","x":1.5,"y":2,"button":"left","buttons":1,"modifiers":8,"click_count":2}})");
  EXPECT_EQ(mouse.action, MouseAction::press);
  EXPECT_EQ(mouse.x, 1.5);
  EXPECT_EQ(mouse.y, 2);
  EXPECT_EQ(mouse.button, "left");
  EXPECT_EQ(mouse.buttons, 1);
  EXPECT_EQ(mouse.modifiers, 8);
  EXPECT_EQ(mouse.click_count, 2);
  EXPECT_EQ(parsed<Wheel>(R"({"wheel":{"delta_y":-120}})").delta_y, -120);
  const auto touch =
      parsed<Touch>(R"({"touch":{"action":"move","points":[{"x":1,"y":2,"id":3}]}})");
  EXPECT_EQ(touch.action, TouchAction::move);
  EXPECT_EQ(touch.points.at(0).id, 3);
  const auto key =
      parsed<Key>(R"({"key":{"down":false,"key":"a","code":"KeyA","key_code":65,"repeat":true}})");
  EXPECT_FALSE(key.is_down);
  EXPECT_EQ(key.code, "KeyA");
  EXPECT_TRUE(key.auto_repeat);
  EXPECT_EQ(parsed<Text>("{\"text\":{\"text\":\"\xe4\xb8\xad\"}}").text, "\xe4\xb8\xad");
  const auto screen =
      parsed<Screen>(R"({"screen":{"width":390,"height":700,"scale":2,"touch":true}})");
  EXPECT_EQ(screen.width, 390);
  EXPECT_EQ(screen.scale, 2);
  EXPECT_TRUE(screen.touch);
  EXPECT_EQ(parsed<Screen>(R"({"screen":{"scale":100}})").scale, 4);
  EXPECT_EQ(parsed<Navigate>(R"({"navigate":{"address":"a.test"}})").address, "a.test");
  (void)parsed<Back>(R"({"back":{}})");
  (void)parsed<Forward>(R"({"forward":{}})");
  (void)parsed<Reload>(R"({"reload":{}})");
  EXPECT_TRUE(parsed<AnswerDialog>(R"({"answer":{"accept":true,"text":"x"}})").accept);
}

TEST(WordsOfAViewer, WhatIsNoneOfItIsRefused) {
  for (const auto* text : {"",
                           "7",
                           "[]",
                           "{}",
                           R"({"back":7})",
                           R"({"back":{},"forward":{}})",
                           R"({"jump":{}})",
                           R"({"mouse":{}})",
                           R"({"mouse":{"action":"hover","button":"left"}})",
                           R"({"mouse":{"action":"move","button":"none","x":"1"}})",
                           R"({"mouse":{"action":"move","button":"none","x":1e300}})",
                           R"({"mouse":{"action":"move","button":"fourth"}})",
                           R"({"mouse":{"action":"move","button":"none","buttons":64}})",
                           R"({"wheel":{"modifiers":1.5}})",
                           R"({"touch":{"action":"move","points":{}}})",
                           R"({"touch":{"action":"move","points":[7]}})",
                           R"({"touch":{"action":"move","points":[{"id":-1}]}})",
                           R"({"screen":{"width":100,"height":700}})",
                           R"({"screen":{"width":1000,"height":70000}})",
                           R"({"key":{"down":"yes"}})",
                           R"({"key":{"key_code":1000}})",
                           R"({"text":{"text":7}})",
                           R"({"text":{"text":"\ud800"}})"}) {
    EXPECT_EQ(test::code_of(parse_live_input(text)), ErrorCode::invalid_request) << text;
  }
  EXPECT_FALSE(parse_live_input(R"({"key":{"key":")" + std::string(200, 'x') + "\"}}"));
  EXPECT_FALSE(parse_live_input(R"({"text":{"text":")" + std::string(3'000'000, 'x') + "\"}}"));
  std::string points;
  for (int i = 0; i < 30; ++i) points += (i == 0 ? "{}" : ",{}");
  EXPECT_FALSE(parse_live_input(R"({"touch":{"action":"move","points":[)" + points + "]}}"));
}

TEST(WordsOfAViewer, SayWhichFieldIsWrong) {
  EXPECT_EQ(parse_live_input(R"({"wheel":{"x":1,"y":null}})").error().message,
            "a message of the viewer has a wrong wheel.y");
}

TEST(WordsToAViewer, EveryKindOfOutputHasItsOwn) {
  EXPECT_EQ(live_json(LiveFrame{.jpeg = "bytes", .width = 800, .height = 600, .is_sharp = true}),
            R"({"frame":{"width":8E2,"height":6E2,"sharp":true}})");
  EXPECT_EQ(live_json(LiveAddress{.url = "u", .title = "t", .can_go_back = true}),
            R"({"address":{"url":"u","title":"t","back":true,"forward":false}})");
  EXPECT_EQ(live_json(LiveDialog{.type = "prompt", .message = "m", .default_text = "d"}),
            R"({"dialog":{"type":"prompt","message":"m","text":"d"}})");
  EXPECT_EQ(live_json(LiveDialogClosed{}), R"({"dialog_closed":{}})");
  EXPECT_EQ(live_json(LiveMessage{"m"}), R"({"message":{"text":"m"}})");
}

}  // namespace
}  // namespace lmbridge::bridge
