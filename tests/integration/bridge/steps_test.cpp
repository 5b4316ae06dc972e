#include "bridge/steps.hpp"

#include "tests/integration/bridge/operator_fixture.hpp"

#include <gmock/gmock.h>

namespace lmbridge::bridge {
namespace {

using testing::StartsWith;

class StepsInTheArena : public ArenaFixture {
 protected:
  boost::asio::awaitable<Result<void>> play_text(std::string text, StepObserver on_reply = {}) {
    const auto steps = test::must(parse_steps("test.jsonc", text));
    co_return co_await play(*commands, steps, std::move(on_reply));
  }
};

TEST_F(StepsInTheArena, TheRecipesBeginAChatAndRetryIt) {
  run_in_arena([&]() -> Awaitable {
    for (const auto* name : {"direct.jsonc", "battle.jsonc"}) {
      const auto steps = test::must(load_steps(std::filesystem::path(RECIPES) / name));
      test::must(co_await play(*commands, steps, {}));
      EXPECT_EQ(co_await eval("__fetchCalls"), "2") << name << ": one for the chat, one for Retry";
    }
  });
}

TEST_F(StepsInTheArena, HandOverWhatTheyHaveToShowAndStopAtTheFirstFailure) {
  run_in_arena([&]() -> Awaitable {
    std::vector<std::string> shown;
    const auto played = co_await play_text(
        R"([{"text":{"selector":"h1"}},
            {"eval":{"expression":"1+1"}},
            {"click":{"text":"nowhere"},"timeout_seconds":0.2},
            {"eval":{"expression":"window.went_on=1"}}])",
        [&](const Step& step, const PageReply& reply) {
          shown.push_back(step.place + "=" + reply.content);
        });
    EXPECT_EQ(test::code_of(played), ErrorCode::timed_out);
    EXPECT_THAT(played.error().message, StartsWith("test.jsonc:3: click: no element matches"));
    EXPECT_THAT(shown, testing::ElementsAre("test.jsonc:1: text=Arena, the stand-in",
                                            "test.jsonc:2: eval=2"));
    EXPECT_EQ(co_await eval("typeof went_on"), "undefined");
  });
}

}  // namespace
}  // namespace lmbridge::bridge
