#include "app/notifier.hpp"

#include "app/service_status.hpp"
#include "base/task_group.hpp"
#include "tests/unit/coroutine_test.hpp"
#include "tests/unit/environment.hpp"
#include "tests/unit/temporary_directory.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/local/datagram_protocol.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <gmock/gmock.h>

#include <array>
#include <string>

namespace lmbridge::app {
namespace {

namespace asio = boost::asio;
using asio::awaitable;
using namespace std::chrono_literals;

/// Plays the service manager.
class ServiceManager : public testing::Test {
 protected:
  ServiceManager() {
    environment.set("NOTIFY_SOCKET", path);
    environment.unset("WATCHDOG_USEC");
    environment.unset("WATCHDOG_PID");
  }

  awaitable<std::string> hears() {
    std::array<char, 4096> message{};
    const auto size = co_await socket.async_receive(asio::buffer(message), asio::use_awaitable);
    co_return std::string(message.data(), size);
  }

  test::TemporaryDirectory temporary;
  test::Environment environment;
  std::string path = (temporary.path() / "notify").string();
  asio::io_context context{1};
  asio::local::datagram_protocol::socket socket{context,
                                                asio::local::datagram_protocol::endpoint(path)};
};

TEST_F(ServiceManager, HearsWhenTheDaemonIsReadyHowItIsAndThatItStops) {
  test::run(context, [&]() -> awaitable<void> {
    Notifier::status("the page is being loaded");
    EXPECT_EQ(co_await hears(), "STATUS=the page is being loaded");
    Notifier::ready();
    EXPECT_EQ(co_await hears(), "READY=1");
    Notifier::extend_timeout(2s);
    EXPECT_EQ(co_await hears(), "EXTEND_TIMEOUT_USEC=2000000");
    Notifier::stopping();
    EXPECT_EQ(co_await hears(), "STOPPING=1");
  }());
}

TEST_F(ServiceManager, HearsOfAReloadOnlyWhileTheDaemonRuns) {
  test::run(context, [&]() -> awaitable<void> {
    ServiceStatus service;
    service.reload_begins();
    service.reload_ended();
    service.started();
    EXPECT_EQ(co_await hears(), "READY=1") << "and nothing before";
    service.reload_begins();
    EXPECT_THAT(co_await hears(), testing::StartsWith("RELOADING=1\nMONOTONIC_USEC="));
    service.reload_ended();
    EXPECT_EQ(co_await hears(), "READY=1");
    service.stopping(1s);
    co_await hears();
    EXPECT_EQ(co_await hears(), "EXTEND_TIMEOUT_USEC=21000000");
    service.reload_begins();
    service.reload_ended();
    EXPECT_EQ(socket.available(), 0U);
  }());
}

TEST_F(ServiceManager, HearsTheSameLineOnce) {
  test::run(context, [&]() -> awaitable<void> {
    ServiceStatus service;
    const ServiceView view{.readiness = {.state = bridge::BridgeState::ready, .reason = ""},
                           .pages = 1,
                           .ready_pages = 1};
    service.update(view);
    service.update(view);
    EXPECT_EQ(co_await hears(), "STATUS=ready with 1 page");
    EXPECT_EQ(socket.available(), 0U);
  }());
}

TEST_F(ServiceManager, IsNotToldAnythingButAStatusByAStatus) {
  test::run(context, [&]() -> awaitable<void> {
    Notifier::status("one\nREADY=1\r\ntwo");
    const auto heard = co_await hears();
    EXPECT_THAT(heard, testing::StartsWith("STATUS=one"));
    EXPECT_EQ(heard.find('\n'), std::string::npos);
  }());
}

TEST_F(ServiceManager, GetsSignsOfLifeWhenItWatches) {
  environment.set("WATCHDOG_USEC", "40000");
  EXPECT_EQ(Notifier::watchdog_interval(), 40ms);
  test::run(context, [&]() -> awaitable<void> {
    base::NullLog log;
    base::TaskGroup tasks(context.get_executor(), log);
    co_await tasks.enclose([&]() -> awaitable<void> {
      const auto start = std::chrono::steady_clock::now();
      tasks.spawn("watchdog", [&] { return Notifier::keep_watchdog(context.get_executor()); });
      for (int i = 0; i < 5; ++i) EXPECT_EQ(co_await hears(), "WATCHDOG=1");
      // Two signs an interval; late ones are a busy machine's, early ones would be a mistake.
      EXPECT_GE(std::chrono::steady_clock::now() - start, 70ms);
    }());
  }());
}

TEST_F(ServiceManager, IsNotBotheredWhenItDoesNotWatch) {
  EXPECT_EQ(Notifier::watchdog_interval(), std::nullopt);
  test::run(context, [&]() -> awaitable<void> {
    co_await Notifier::keep_watchdog(context.get_executor());
    EXPECT_EQ(socket.available(), 0U);
  }());
}

TEST_F(ServiceManager, ThatWatchesAnotherProcessGetsNothingFromThisOne) {
  environment.set("WATCHDOG_USEC", "40000");
  environment.set("WATCHDOG_PID", "1");
  EXPECT_EQ(Notifier::watchdog_interval(), std::nullopt);
}

TEST(WithoutAServiceManager, NothingIsSaidAndNothingFails) {
  test::Environment environment;
  environment.unset("NOTIFY_SOCKET");
  environment.unset("WATCHDOG_USEC");
  Notifier::status("x");
  Notifier::ready();
  Notifier::stopping();
  EXPECT_EQ(Notifier::watchdog_interval(), std::nullopt);
}

}  // namespace
}  // namespace lmbridge::app
