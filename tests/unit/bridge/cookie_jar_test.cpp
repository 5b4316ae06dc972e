#include "bridge/cookie_jar.hpp"

#include "tests/unit/result_test.hpp"
#include "tests/unit/temporary_directory.hpp"

#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

namespace lmbridge::bridge {
namespace {

using testing::ElementsAre;
using testing::Field;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr CookieJar::Time now{std::chrono::seconds(1'000'000)};

cdp::Cookie cookie(std::string name, std::string value = "v") {
  return {.name = std::move(name),
          .value = std::move(value),
          .domain = "site.test",
          .path = "/",
          .http_only = true,
          .secure = true,
          .same_site = "Lax",
          .priority = "Medium",
          .source_scheme = "Secure",
          .source_port = 443};
}

auto named(const std::string& name) {
  return Field(&cdp::Cookie::name, name);
}

TEST(Cookies, AreEqualInAnyOrder) {
  EXPECT_EQ(CookieJar({cookie("a"), cookie("b")}), CookieJar({cookie("b"), cookie("a")}));
  EXPECT_NE(CookieJar({cookie("a")}), CookieJar({cookie("a", "other")}));
}

TEST(Cookies, ThatCantBeSetAgainAreLeftOut) {
  auto opaque = cookie("a");
  opaque.partition_is_opaque = true;
  EXPECT_TRUE(CookieJar({opaque}).empty());
}

TEST(Cookies, ThatAreMissingOrDifferAreGivenBack) {
  const CookieJar jar({cookie("same"), cookie("changed", "ours"), cookie("gone")});
  const CookieJar present({cookie("same"), cookie("changed", "theirs"), cookie("new")});
  EXPECT_THAT(jar.differing_from(present, now), ElementsAre(named("changed"), named("gone")));
}

TEST(Cookies, OfOtherHostsPathsAndPartitionsAreNotTheSame) {
  auto host = cookie("a");
  host.domain = ".site.test";
  auto path = cookie("a");
  path.path = "/deep";
  auto partition = cookie("a");
  partition.partition_site = "https://top.test";
  const CookieJar jar({cookie("a"), host, path, partition});
  EXPECT_EQ(jar.differing_from(CookieJar({cookie("a")}), now).size(), 3U);
  EXPECT_THAT(jar.differing_from(jar, now), IsEmpty());
}

TEST(Cookies, ThatHaveExpiredAreNotGivenBack) {
  auto old = cookie("old");
  old.expires = 999'999;
  auto valid = cookie("valid");
  valid.expires = 1'000'001;
  EXPECT_THAT(CookieJar({old, valid}).differing_from({}, now), ElementsAre(named("valid")));
}

TEST(Cookies, OfTheSessionAloneAreGivenBackWhereTheProfileKnowsBetter) {
  auto persistent = cookie("persistent");
  persistent.expires = 2'000'000;
  const CookieJar jar({persistent, cookie("session"), cookie("changed", "ours")});
  const CookieJar present({cookie("changed", "theirs")});
  EXPECT_THAT(jar.session_cookies_missing_in(present), ElementsAre(named("session")));
}

class CookieFile : public testing::Test {
 protected:
  void put(std::string_view text) const { std::ofstream(file_, std::ios::binary) << text; }
  [[nodiscard]] std::string complaint() const {
    const auto kept = read_cookie_file(file_);
    return kept ? "" : kept.error().message;
  }

  [[nodiscard]] const std::filesystem::path& path() const { return directory_.path(); }

  test::TemporaryDirectory directory_;
  std::filesystem::path file_ = path() / "cookies.json";
};

TEST_F(CookieFile, GivesBackAllThatItWasGiven) {
  auto rich = cookie("rich", "\"; \xe4\xb8\xad\n");
  rich.expires = 1795689600.123456;
  rich.partition_site = "https://top.test";
  rich.partition_has_cross_site_ancestor = true;
  const CookieJar jar({rich, cookie("plain")});
  test::must(write_cookie_file(file_, {.profile = "/p", .jar = jar}));
  const auto kept = test::must(read_cookie_file(file_));
  EXPECT_EQ(kept.jar, jar);
  EXPECT_EQ(kept.profile, "/p");
}

TEST_F(CookieFile, CanBeReadByItsOwnerAloneAndLeavesNothingBesideIt) {
  put("an earlier one that all can read");
  std::filesystem::permissions(file_, std::filesystem::perms(0644));
  test::must(write_cookie_file(file_, {.profile = "/p", .jar = CookieJar({cookie("a")})}));
  EXPECT_EQ(std::filesystem::status(file_).permissions(), std::filesystem::perms(0600));
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(path()), {}), 1);
}

TEST_F(CookieFile, ReplacesALinkAndNotWhatItPointsTo) {
  const auto target = path() / "target";
  std::ofstream(target) << "precious";
  std::filesystem::create_symlink(target, file_);
  test::must(write_cookie_file(file_, {.profile = "/p", .jar = {}}));
  EXPECT_FALSE(std::filesystem::is_symlink(file_));
  EXPECT_EQ(std::filesystem::file_size(target), 8U);
}

TEST_F(CookieFile, ThatIsBrokenIsAnErrorThatSaysSo) {
  put("{\"version\":1,\"cookies\":[");
  EXPECT_THAT(complaint(), HasSubstr("cookies.json is no JSON object"));
  put("[]");
  EXPECT_THAT(complaint(), HasSubstr("is no JSON object"));
  put("{\"version\":2}");
  EXPECT_THAT(complaint(), HasSubstr("is of another version"));
  put(std::string(cookie_file_limit + 1, ' '));
  EXPECT_THAT(complaint(), HasSubstr("is too large"));
  std::filesystem::remove(file_);
  EXPECT_THAT(complaint(), HasSubstr("can't be read"));
}

TEST_F(CookieFile, ThatCantBeWrittenIsAnErrorWithTheReason) {
  const auto written = write_cookie_file(path() / "missing" / "cookies.json", {});
  ASSERT_FALSE(written);
  EXPECT_THAT(written.error().message, HasSubstr("No such file or directory"));
}

}  // namespace
}  // namespace lmbridge::bridge
