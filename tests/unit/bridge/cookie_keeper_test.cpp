#include "bridge/cookie_keeper.hpp"

#include "tests/unit/cdp/connection_fixture.hpp"
#include "tests/unit/temporary_directory.hpp"

#include <boost/json/array.hpp>
#include <gmock/gmock.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <set>
#include <string>

namespace lmbridge::bridge {
namespace {

using boost::asio::awaitable;
using testing::HasSubstr;
using testing::IsEmpty;
namespace json = boost::json;

using Names = std::set<std::string>;

cdp::Cookie session_cookie(std::string name) {
  return {.name = std::move(name), .value = "v", .domain = "site.test", .path = "/"};
}

cdp::Cookie persistent_cookie(std::string name) {
  auto cookie = session_cookie(std::move(name));
  cookie.expires = 4'000'000'000;
  return cookie;
}

CookieJar jar_of(const Names& names) {
  std::vector<cdp::Cookie> cookies;
  for (const auto& name : names) cookies.push_back(session_cookie(name));
  return CookieJar(std::move(cookies));
}

/// A browser that has session cookies and nothing else.
class Keeper : public cdp::ConnectionFixture {
 protected:
  using Play = std::function<awaitable<void>()>;

  /// Runs `body` beside a browser that has `stored` and refuses the cookie "poison".
  void with_browser(const Play& body) {
    run([&, body](base::TaskGroup& tasks) -> awaitable<void> {
      tasks.spawn("browser", [this]() -> awaitable<void> {
        for (;;) co_await answer(co_await browser.next());
      });
      keeper.attach(connection, "");
      co_await body();
    });
  }

  awaitable<void> answer(const test::FakeCommand& command) {
    if (command.method == "Storage.getCookies") {
      co_await browser.reply(command, cookies());
      co_return;
    }
    EXPECT_EQ(command.method, "Storage.setCookies");
    ++sets;
    Names given;
    for (const auto& each : command.params.at("cookies").as_array()) {
      given.emplace(each.at("name").as_string());
    }
    if (given.contains("poison")) {
      co_await browser.refuse(command, "Invalid cookie fields");
      co_return;
    }
    stored.merge(given);
    co_await browser.reply(command);
  }

  [[nodiscard]] std::string cookies() const {
    json::array list;
    for (const auto& name : stored) {
      list.push_back({{"name", name},
                      {"value", "v"},
                      {"domain", "site.test"},
                      {"path", "/"},
                      {"expires", -1}});
    }
    return json::serialize(json::object{{"cookies", list}});
  }

  void put_file(std::vector<cdp::Cookie> kept, const std::string& owner) const {
    test::must(write_cookie_file(file, {.profile = owner, .jar = CookieJar(std::move(kept))}));
  }

  /// The browser wrote its own cookies so long after the file.
  void write_profile(std::chrono::seconds later) const {
    std::filesystem::create_directories(profile / "Default");
    std::ofstream(profile / "Default" / "Cookies") << "x";
    std::filesystem::last_write_time(profile / "Default" / "Cookies",
                                     std::filesystem::last_write_time(file) + later);
  }

  test::TemporaryDirectory directory;
  std::filesystem::path file = directory.path() / "cookies.json";
  std::filesystem::path profile = directory.path() / "profile";
  Names stored;
  int sets = 0;
  CookieKeeper keeper{executor, log};
};

TEST_F(Keeper, GivesANewBrowserWhatTheLastOneHad) {
  stored = {"a", "b"};
  with_browser([&]() -> awaitable<void> {
    co_await keeper.restore();
    co_await keeper.look();
    EXPECT_EQ(sets, 0) << "there was nothing to give back";
    keeper.detach();
    stored = {"b"};
    keeper.attach(connection, "");
    co_await keeper.restore();
    EXPECT_EQ(stored, Names({"a", "b"}));
  });
}

TEST_F(Keeper, GivesNothingToAContextOfSomebodyElse) {
  keeper.only_look("site.test", [] { return true; });
  stored = {"a", "b"};
  with_browser([&]() -> awaitable<void> {
    co_await keeper.restore();
    co_await keeper.look();
    EXPECT_EQ(keeper.jar(), jar_of({"a", "b"}));
    keeper.detach();
    stored = {"b"};
    keeper.attach(connection, "");
    co_await keeper.restore();
    co_await keeper.look();
    EXPECT_EQ(sets, 0);
    EXPECT_EQ(keeper.jar(), jar_of({"b"}));
  });
}

TEST_F(Keeper, HasNothingToDoWithTheCookiesThatSomebodyElseHasOfOtherSites) {
  keeper.only_look("other.test", [] { return true; });
  stored = {"a"};
  int changes = 0;
  keeper.on_change([&] { ++changes; });
  with_browser([&]() -> awaitable<void> {
    co_await keeper.restore();
    co_await keeper.look();
    EXPECT_TRUE(keeper.jar().empty());
    EXPECT_EQ(changes, 0);
  });
}

TEST_F(Keeper, DoesNotBelieveABrowserThatItHasNotGivenItsCookies) {
  keeper.adopt(jar_of({"a"}));
  with_browser([&]() -> awaitable<void> {
    co_await keeper.look();
    EXPECT_EQ(keeper.jar(), jar_of({"a"}));
  });
}

TEST_F(Keeper, IgnoresALookThatTheEndOfTheNetworkServiceOvertook) {
  keeper.adopt(jar_of({"a"}));
  run([&](base::TaskGroup& tasks) -> awaitable<void> {
    tasks.spawn("browser", [this]() -> awaitable<void> {
      stored = {"a"};
      co_await answer(co_await browser.next());
      const auto look = co_await browser.expect("Storage.getCookies");
      keeper.network_service_gone();
      stored = {};
      co_await answer(look);
      for (;;) co_await answer(co_await browser.next());
    });
    keeper.attach(connection, "");
    co_await keeper.restore();
    co_await keeper.look();
    EXPECT_EQ(keeper.jar(), jar_of({"a"}));
    co_await keeper.restore();
    EXPECT_EQ(stored, Names({"a"}));
  });
}

TEST_F(Keeper, BelievesThatAllSessionCookiesAreGoneOnlyWhenASecondLookAgrees) {
  stored = {"a"};
  with_browser([&]() -> awaitable<void> {
    co_await keeper.restore();
    co_await keeper.look();
    stored = {};
    co_await keeper.look();
    EXPECT_TRUE(keeper.jar().empty());
  });
}

TEST_F(Keeper, DoesNotBelieveItWhenTheEndOfTheNetworkServiceIsToldBetweenTheTwoLooks) {
  keeper.adopt(jar_of({"a"}));
  run([&](base::TaskGroup& tasks) -> awaitable<void> {
    tasks.spawn("browser", [this]() -> awaitable<void> {
      stored = {"a"};
      co_await answer(co_await browser.next());
      stored = {};
      co_await answer(co_await browser.next());
      // The end is noticed only after the look that it has spoilt.
      const auto second = co_await browser.next();
      keeper.network_service_gone();
      co_await answer(second);
    });
    keeper.attach(connection, "");
    co_await keeper.restore();
    co_await keeper.look();
    EXPECT_EQ(keeper.jar(), jar_of({"a"}));
  });
}

TEST_F(Keeper, AsksAgainWhenTheNetworkServiceDiesWithTheQuestion) {
  keeper.adopt(jar_of({"a"}));
  run([&](base::TaskGroup& tasks) -> awaitable<void> {
    tasks.spawn("browser", [this]() -> awaitable<void> {
      co_await browser.expect("Storage.getCookies");  // never answered
      for (;;) co_await answer(co_await browser.next());
    });
    keeper.attach(connection, "");
    co_await keeper.restore();
    EXPECT_EQ(stored, Names({"a"}));
  });
}

TEST_F(Keeper, GivesTheOthersBackWhenTheBrowserRefusesOneAndNamesItWithoutItsValue) {
  auto cookies = jar_of({"a", "b"}).cookies();
  cookies.push_back(session_cookie("poison"));
  cookies.back().value = "secret";
  keeper.adopt(CookieJar(cookies));
  with_browser([&]() -> awaitable<void> {
    co_await keeper.restore();
    EXPECT_EQ(stored, Names({"a", "b"}));
  });
  EXPECT_GE(log.count(base::LogLevel::warning, "name=poison"), 1U);
  for (const auto& line : log.lines) EXPECT_THAT(line.text, testing::Not(HasSubstr("secret")));
}

TEST_F(Keeper, WritesAndTellsWhatHasChangedAndOnlyThat) {
  keeper.use_file(file, profile);
  int changes = 0;
  keeper.on_change([&] { ++changes; });
  with_browser([&]() -> awaitable<void> {
    co_await keeper.restore();
    co_await keeper.look();
    EXPECT_FALSE(std::filesystem::exists(file));
    stored = {"a"};
    co_await keeper.look();
    EXPECT_EQ(test::must(read_cookie_file(file)).jar, jar_of({"a"}));
    std::filesystem::remove(file);
    co_await keeper.look();
    EXPECT_FALSE(std::filesystem::exists(file)) << "nothing has changed";
  });
  EXPECT_EQ(changes, 1);
}

TEST_F(Keeper, BeginsWithTheFileOfTheDaemonBeforeIt) {
  put_file({session_cookie("a"), persistent_cookie("p")}, profile);
  write_profile(std::chrono::seconds(-5));
  keeper.use_file(file, profile);
  with_browser([&]() -> awaitable<void> {
    co_await keeper.restore();
    EXPECT_EQ(stored, Names({"a", "p"}));
  });
}

TEST_F(Keeper, TakesOnlySessionCookiesFromAFileThatIsOlderThanTheProfile) {
  put_file({session_cookie("a"), persistent_cookie("p")}, profile);
  write_profile(std::chrono::seconds(5));
  keeper.use_file(file, profile);
  with_browser([&]() -> awaitable<void> {
    co_await keeper.restore();
    EXPECT_EQ(stored, Names({"a"}));
  });
}

TEST_F(Keeper, LeavesTheCookiesOfAnotherProfileAlone) {
  put_file({session_cookie("a")}, "/another/profile");
  keeper.use_file(file, profile);
  with_browser([&]() -> awaitable<void> {
    co_await keeper.restore();
    EXPECT_THAT(stored, IsEmpty());
  });
}

TEST_F(Keeper, GoesOnWithoutAFileThatIsBrokenAndSaysSo) {
  std::ofstream(file) << "{";
  keeper.use_file(file, profile);
  EXPECT_EQ(log.count(base::LogLevel::error, "cookies.json is no JSON object"), 1U);
  with_browser([&]() -> awaitable<void> {
    stored = {"a"};
    co_await keeper.restore();
    co_await keeper.look();
    EXPECT_EQ(test::must(read_cookie_file(file)).jar, jar_of({"a"}));
  });
}

}  // namespace
}  // namespace lmbridge::bridge
