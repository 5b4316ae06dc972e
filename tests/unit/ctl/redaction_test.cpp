#include "ctl/redaction.hpp"

#include <gtest/gtest.h>

namespace lmbridge::ctl {
namespace {

TEST(Redaction, KeepsOnlyTheBeginningOfIds) {
  EXPECT_EQ(redacted("a 0196b3c4-5d6e-7f80-9a1b-2c3d4e5f6071, b"), "a 0196b3c4-..., b");
  EXPECT_EQ(redacted("/0196B3C4-5D6E-7F80-9A1B-2C3D4E5F6071"), "/0196B3C4-...");
  EXPECT_EQ(redacted("0196b3c4-5d6e-7f80-9a1b-2c3d4e5f607"), "0196b3c4-5d6e-7f80-9a1b-2c3d4e5f607");
  EXPECT_EQ(redacted("x0196b3c4-5d6e-7f80-9a1b-2c3d4e5f6071"),
            "x0196b3c4-5d6e-7f80-9a1b-2c3d4e5f6071");
}

TEST(Redaction, TakesOutApiKeys) {
  EXPECT_EQ(redacted("key=sk-abcdefghijklmnop_-Q, b"), "key=sk-..., b");
  EXPECT_EQ(redacted("task-abcdefghijklmnopqrst"), "task-abcdefghijklmnopqrst");
  EXPECT_EQ(redacted("sk-short"), "sk-short");
}

TEST(Redaction, LeavesEverythingElse) {
  EXPECT_EQ(redacted(""), "");
  EXPECT_EQ(redacted("{\"state\": \"ready\"}\n"), "{\"state\": \"ready\"}\n");
}

}  // namespace
}  // namespace lmbridge::ctl
