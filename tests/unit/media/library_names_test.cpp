#include "media/library_names.hpp"

#include "tests/unit/environment.hpp"

#include <gtest/gtest.h>

#include <time.h>

#include <optional>
#include <string>

namespace lmbridge::media {
namespace {

using namespace std::string_literals;
using namespace std::chrono_literals;

/// localtime_r() looks at TZ once; this makes it look again.
class TimeZone {
 public:
  explicit TimeZone(const std::string& name) {
    environment_.emplace();
    environment_->set("TZ", name);
    tzset();
  }
  TimeZone(const TimeZone&) = delete;
  TimeZone& operator=(const TimeZone&) = delete;
  ~TimeZone() {
    environment_.reset();
    tzset();
  }

 private:
  std::optional<test::Environment> environment_;
};

/// 2026-11-23 23:30:05.007 UTC
constexpr std::chrono::system_clock::time_point time_point{1'795'476'605'007ms};

TEST(LibraryNames, TellLocalTimeRequestAndHash) {
  const TimeZone eight_hours_east("UTC-8");
  const auto path = make_library_path(time_point, "chatcmpl-1_a", "0123456789abcdef01", "png");
  EXPECT_EQ(path.text(), "20261124/073005-007_chatcmpl-1_a_0123456789abcdef.png");
  EXPECT_EQ(parse_library_path(path.text()), path);
  EXPECT_EQ(hash_in_name(path.name), "0123456789abcdef");
}

TEST(LibraryNames, TakeFromAnIdWhatIsHarmless) {
  const auto path = make_library_path(time_point, "../a b/%2e\0\xff"s, "0123456789abcdef", "jpg");
  EXPECT_TRUE(path.name.ends_with("_ab2e_0123456789abcdef.jpg")) << path.name;
  EXPECT_TRUE(parse_library_path(path.text()));
  const auto long_one =
      make_library_path(time_point, std::string(500, 'x'), "0123456789abcdef", "jpg");
  EXPECT_LT(long_one.name.size(), 120U);
}

TEST(LibraryNames, AllowPicturesOfOthersInTheFoldersOfDays) {
  EXPECT_TRUE(parse_library_path("20251201/old name (2).JPEG"));
  EXPECT_TRUE(parse_library_path("20251201/\xe5\x9b\xbe\xe7\x89\x87.webp"));
  EXPECT_EQ(hash_in_name("photo_of_us.png"), "");
}

class OtherPaths : public testing::TestWithParam<std::string> {};

TEST_P(OtherPaths, AreNoPictures) {
  EXPECT_FALSE(parse_library_path(GetParam()));
}

INSTANTIATE_TEST_SUITE_P(
    Spellings, OtherPaths,
    testing::Values("", "/", "a.png", "20261124", "20261124/", "20261124/..", "20261124/../a.png",
                    "../20261124/a.png", "/20261124/a.png", "//20261124/a.png", "/etc/passwd",
                    "20261124//a.png", "20261124/./a.png", "./20261124/a.png", "20261124/b/a.png",
                    "20261124/%2e%2e/a.png", "20261124/%2e%2e%2fa.png", "%2e%2e/a.png",
                    "20261124/..%2f..%2fa.png", "20261124/..\\a.png", "20261124\\a.png",
                    "20261124/a.png\0"s, "20261124/a.png\0.png"s, "20261124\0/a.png"s,
                    "20261124/\n.png", "20261124/\xc0\xae\xc0\xae.png", "20261124/\xff.png",
                    "20261124/.hidden.png", "20261124/a", "20261124/a.svg", "20261124/a.html",
                    "20261124/a.png/", "2026112/a.png", "202611245/a.png", "2026112x/a.png",
                    "..261124/a.png", "20261124/" + std::string(260, 'a') + ".png"));

TEST(LibraryNames, KnowUnfinishedFilesByTheirForm) {
  EXPECT_TRUE(is_unfinished_name(".073005-007_id_0123456789abcdef.png.aB3dE6"));
  EXPECT_FALSE(is_unfinished_name(".073005-007_id_0123456789abcdef.png"));
  EXPECT_FALSE(is_unfinished_name("073005-007_id_0123456789abcdef.png.aB3dE6"));
  EXPECT_FALSE(is_unfinished_name(".bashrc"));
  EXPECT_FALSE(is_unfinished_name(".x.aB3dE6"));
}

}  // namespace
}  // namespace lmbridge::media
