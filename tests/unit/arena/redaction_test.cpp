#include "arena/redaction.hpp"

#include "base/text.hpp"

#include <gtest/gtest.h>

namespace lmbridge::arena {
namespace {

TEST(Redaction, DropsMarkupAndWhatMayBeSecret) {
  EXPECT_EQ(redacted_excerpt("<p class='x'>Hello,\n\n <b>world</b>!</p>"), "Hello, world !");
  EXPECT_EQ(redacted_excerpt("mail me@example.com now"), "mail [redacted] now");
  EXPECT_EQ(redacted_excerpt("id c6341952-952d-4a5a-86ab-61e407667a75."), "id [redacted]");
  EXPECT_EQ(redacted_excerpt("token=eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIx"), "[redacted]");
  EXPECT_EQ(redacted_excerpt("a < b and 1 <2"), "a < b and 1 <2");
  EXPECT_EQ(redacted_excerpt("internationalization-of-things"), "internationalization-of-things");
}

TEST(Redaction, KeepsOnePrintableLineOfBoundedLength) {
  EXPECT_EQ(redacted_excerpt("a\x01\xff z"), "a\\x01\\xff z");
  const auto excerpt = redacted_excerpt(std::string(100'000, 'w') + "<", 50);
  EXPECT_LT(excerpt.size(), 80U);
  std::string text;
  while (text.size() < 10'000) text += "\xe4\xb8\xad ";
  EXPECT_TRUE(base::is_valid_utf8(redacted_excerpt(text)));
}

}  // namespace
}  // namespace lmbridge::arena
