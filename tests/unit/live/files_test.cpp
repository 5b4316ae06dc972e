#include "live/files.hpp"

#include <gmock/gmock.h>

namespace lmbridge::live {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

TEST(FilesOfTheLiveView, AreThoseThatItsPageNames) {
  const auto page = find_file("/live/");
  ASSERT_TRUE(page.has_value());
  EXPECT_THAT(page->body, StartsWith("<!DOCTYPE html>"));
  for (const auto* name : {"live.css", "live.js", "icon.svg"}) {
    EXPECT_THAT(page->body, HasSubstr('"' + std::string(name) + '"'));
    const auto file = find_file("/live/" + std::string(name));
    ASSERT_TRUE(file.has_value()) << name;
    EXPECT_FALSE(file->body.empty());
    EXPECT_EQ(file->headers.get("cache-control"), "no-store");
  }
  EXPECT_FALSE(find_file("/live").has_value());
  EXPECT_FALSE(find_file("/live/../live/").has_value());
}

TEST(FilesOfTheLiveView, HaveNothingThatTheirPolicyForbids) {
  const auto page = find_file("/live/")->body;
  EXPECT_THAT(page, Not(HasSubstr("style=")));
  EXPECT_THAT(page, Not(HasSubstr("<style")));
  EXPECT_THAT(page, Not(HasSubstr(" on")));
  EXPECT_THAT(page, Not(HasSubstr("://")));
  EXPECT_THAT(find_file("/live/live.js")->body, Not(HasSubstr("innerHTML")));
}

}  // namespace
}  // namespace lmbridge::live
