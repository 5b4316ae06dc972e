#include "cdp/profile_singleton.hpp"

#include "base/task_group.hpp"
#include "tests/unit/coroutine_test.hpp"
#include "tests/unit/result_test.hpp"
#include "tests/unit/temporary_directory.hpp"

#include <gmock/gmock.h>

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <fstream>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace lmbridge::cdp {
namespace {

namespace fs = std::filesystem;
using testing::AllOf;
using testing::HasSubstr;
using namespace std::chrono_literals;

/// A program that waits and has the arguments of a browser.
class PosingProcess {
 public:
  struct Pose {
    std::vector<std::string> arguments;
    fs::path working_directory = "/";
    /// Open on its stdin, which is otherwise ours.
    fs::path open_file = {};
  };

  explicit PosingProcess(const Pose& pose) {
    std::array<int, 2> ends{};
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) != 0) {
      throw std::runtime_error("no sockets");
    }
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addchdir_np(&actions, pose.working_directory.c_str());
    posix_spawn_file_actions_adddup2(&actions, ends[0], 3);
    if (!pose.open_file.empty()) {
      posix_spawn_file_actions_addopen(&actions, 0, pose.open_file.c_str(), O_RDONLY, 0);
    }
    std::vector<std::string> line{"sh", "-c", "echo >&3; read never <&3", "chromium"};
    line.insert(line.end(), pose.arguments.begin(), pose.arguments.end());
    std::vector<char*> arguments;
    arguments.reserve(line.size() + 1);
    for (auto& each : line) arguments.push_back(each.data());
    arguments.push_back(nullptr);
    const int failure = posix_spawn(&pid_, "/bin/sh", &actions, nullptr, arguments.data(), environ);
    posix_spawn_file_actions_destroy(&actions);
    close(ends[0]);
    socket_ = ends[1];
    // Right after the spawn its command line may still be empty.
    char running = 0;
    if (failure != 0 || read(socket_, &running, 1) != 1) throw std::runtime_error("no process");
  }
  PosingProcess(const PosingProcess&) = delete;
  PosingProcess& operator=(const PosingProcess&) = delete;
  ~PosingProcess() {
    close(socket_);
    kill(pid_, SIGKILL);
    if (!reaped_) waitpid(pid_, nullptr, 0);
  }

  [[nodiscard]] pid_t pid() const { return pid_; }

  /// Returns once it has ended; nobody has taken note of its end yet.
  void end() const {
    kill(pid_, SIGKILL);
    siginfo_t ended{};
    waitid(P_PID, static_cast<id_t>(pid_), &ended, WEXITED | WNOWAIT);
  }
  void reap() {
    waitpid(pid_, nullptr, 0);
    reaped_ = true;
  }

 private:
  pid_t pid_ = -1;
  int socket_ = -1;
  bool reaped_ = false;
};

std::string this_host() {
  std::array<char, 256> name{};
  gethostname(name.data(), name.size() - 1);
  return name.data();
}

class ProfileWithALock : public testing::Test {
 protected:
  ProfileWithALock() {
    fs::create_directory(profile);
    std::ofstream(profile / "Cookies") << "kept";
  }

  void lock(const std::string& target) const {
    fs::create_symlink(target, profile / "SingletonLock");
    fs::create_symlink("4755489442628503911", profile / "SingletonCookie");
    fs::create_symlink(directory.path() / "gone" / "SingletonSocket", profile / "SingletonSocket");
  }
  void lock_by(pid_t pid) const { lock(this_host() + '-' + std::to_string(pid)); }

  [[nodiscard]] std::size_t locks() const {
    std::size_t count = 0;
    for (const auto* name : {"SingletonLock", "SingletonCookie", "SingletonSocket"}) {
      if (fs::exists(fs::symlink_status(profile / name))) ++count;
    }
    return count;
  }

  /// Clears them, and expects that all of them are gone and nothing else.
  void expect_cleared() const {
    test::must(clear_stale_singleton(profile));
    EXPECT_EQ(locks(), 0U);
    EXPECT_TRUE(fs::exists(profile / "Cookies"));
  }
  /// Expects a refusal that has removed nothing; its message.
  std::string refusal() const {
    const auto cleared = clear_stale_singleton(profile);
    EXPECT_EQ(test::code_of(cleared), ErrorCode::profile_in_use);
    EXPECT_TRUE(fs::exists(fs::symlink_status(profile / "SingletonLock")));
    return cleared.error().message;
  }
  std::string refusal_to(const PosingProcess& process) const {
    lock_by(process.pid());
    auto message = refusal();
    EXPECT_EQ(locks(), 3U);
    return message;
  }

  [[nodiscard]] std::string option() const { return "--user-data-dir=" + profile.string(); }

  test::TemporaryDirectory directory;
  fs::path profile = directory.path() / "profile";
};

TEST_F(ProfileWithALock, IsFreeWithoutOne) {
  expect_cleared();
}

TEST_F(ProfileWithALock, IsFreedWhenItsProcessIsGone) {
  PosingProcess browser({.arguments = {option()}});
  lock_by(browser.pid());
  browser.end();
  browser.reap();
  expect_cleared();
}

TEST_F(ProfileWithALock, IsFreedWhenItsProcessHasEndedThoughNobodyHasTakenNote) {
  const PosingProcess browser({.arguments = {option()}});
  lock_by(browser.pid());
  browser.end();
  expect_cleared();
}

TEST_F(ProfileWithALock, IsFreedOfTheLockAloneWhenTheOthersAreNotThere) {
  PosingProcess browser({.arguments = {option()}});
  browser.end();
  browser.reap();
  fs::create_symlink(this_host() + '-' + std::to_string(browser.pid()), profile / "SingletonLock");
  expect_cleared();
}

TEST_F(ProfileWithALock, IsFreedWhenItsNumberIsThatOfAnotherProgramByNow) {
  const PosingProcess program({.arguments = {profile.string()}});
  lock_by(program.pid());
  expect_cleared();
}

TEST_F(ProfileWithALock, IsFreedWhenItsNumberIsOursByNow) {
  const std::ifstream open(profile / "Cookies");
  lock_by(getpid());
  expect_cleared();
}

TEST_F(ProfileWithALock, IsFreedWhenItsNumberIsThatOfABrowserWithAnotherProfile) {
  const PosingProcess browser({.arguments = {option(), option() + "-2"}});
  lock_by(browser.pid());
  expect_cleared();
}

TEST_F(ProfileWithALock, IsRefusedWhileABrowserUsesItAndSaysWhichAndWhatToDo) {
  const PosingProcess browser({.arguments = {"--headless=new", option(), "about:blank"}});
  EXPECT_THAT(refusal_to(browser),
              AllOf(HasSubstr(profile.string()),
                    HasSubstr("process " + std::to_string(browser.pid())), HasSubstr(this_host()),
                    HasSubstr("stop that one"), HasSubstr("browser.user_data_dir")));
}

TEST_F(ProfileWithALock, IsRefusedToABrowserThatNamesItInAnotherWay) {
  fs::create_directory_symlink(profile, directory.path() / "link");
  const auto other_name = directory.path() / "link" / ".." / "link" / "";
  const PosingProcess browser({.arguments = {"-user-data-dir=" + other_name.string()}});
  refusal_to(browser);
}

TEST_F(ProfileWithALock, IsRefusedWhileABrowserUsesItByARelativePath) {
  const PosingProcess browser(
      {.arguments = {"--user-data-dir=profile"}, .working_directory = directory.path()});
  refusal_to(browser);
}

TEST_F(ProfileWithALock, IsFreedWhenARelativePathLeadsElsewhere) {
  const PosingProcess browser({.arguments = {"--user-data-dir=profile"}});
  lock_by(browser.pid());
  expect_cleared();
}

TEST_F(ProfileWithALock, IsRefusedWhileABrowserWithoutTheOptionHasItsFilesOpen) {
  const PosingProcess browser({.arguments = {}, .open_file = profile / "Cookies"});
  refusal_to(browser);
}

TEST_F(ProfileWithALock, IsWaitedForWhileItsBrowserEnds) {
  PosingProcess browser({.arguments = {option()}});
  lock_by(browser.pid());
  boost::asio::io_context context{1};
  base::NullLog log;
  test::run(context, [&]() -> boost::asio::awaitable<void> {
    const auto executor = context.get_executor();
    base::TaskGroup tasks(executor, log);
    co_await tasks.enclose([&]() -> boost::asio::awaitable<void> {
      bool ended = false;
      tasks.spawn("wait", [&]() -> boost::asio::awaitable<void> {
        test::must(co_await wait_for_free_profile(executor, profile, 10s, log));
        EXPECT_TRUE(ended);
      });
      tasks.spawn("end", [&]() -> boost::asio::awaitable<void> {
        EXPECT_EQ(locks(), 3U);
        ended = true;
        browser.end();
        co_return;
      });
      co_await tasks.join();
    }());
  }());
  EXPECT_EQ(locks(), 0U);
}

TEST_F(ProfileWithALock, IsRefusedWhenItsBrowserDoesNotEndInTime) {
  const PosingProcess browser({.arguments = {option()}});
  lock_by(browser.pid());
  boost::asio::io_context context{1};
  base::NullLog log;
  test::run(context, [&]() -> boost::asio::awaitable<void> {
    const auto start = std::chrono::steady_clock::now();
    const auto waited = co_await wait_for_free_profile(context.get_executor(), profile, 50ms, log);
    EXPECT_EQ(test::code_of(waited), ErrorCode::profile_in_use);
    EXPECT_GE(std::chrono::steady_clock::now() - start, 50ms);
  }());
  EXPECT_EQ(locks(), 3U);
}

TEST_F(ProfileWithALock, OfAnotherMachineIsRefusedAndSaysWhichFileToRemove) {
  lock("other-host-4711");
  EXPECT_THAT(refusal(),
              AllOf(HasSubstr("process 4711 on other-host"), HasSubstr("stop that one"),
                    HasSubstr("remove the file " + profile.string() + "/SingletonLock")));
  EXPECT_EQ(locks(), 3U);
}

TEST_F(ProfileWithALock, ThatIsNoLinkIsLeftAndReported) {
  std::ofstream(profile / "SingletonLock") << this_host() << "-4711";
  EXPECT_THAT(refusal(), AllOf(HasSubstr(profile.string() + "/SingletonLock"),
                               HasSubstr("is not the symbolic link"), HasSubstr("remove")));
}

TEST_F(ProfileWithALock, ThatNobodyUnderstandsIsLeftAndReported) {
  for (const auto& target :
       {std::string("host"), std::string("-12"), this_host() + "-", this_host() + "-12x",
        this_host() + "-0", this_host() + "-99999999999", std::string("a\nb")}) {
    lock(target);
    EXPECT_THAT(refusal(), HasSubstr("is not \"host-process\"")) << target;
    EXPECT_EQ(locks(), 3U) << target;
    for (const auto& entry : fs::directory_iterator(profile)) fs::remove(entry);
  }
}

TEST_F(ProfileWithALock, ThatCannotBeRemovedIsReported) {
  PosingProcess browser({.arguments = {option()}});
  browser.end();
  browser.reap();
  fs::create_symlink(this_host() + '-' + std::to_string(browser.pid()), profile / "SingletonLock");
  fs::create_directories(profile / "SingletonSocket" / "full");
  const auto cleared = clear_stale_singleton(profile);
  EXPECT_EQ(test::code_of(cleared), ErrorCode::browser_start_failed);
  EXPECT_THAT(cleared.error().message, HasSubstr(profile.string() + "/SingletonSocket"));
  EXPECT_TRUE(fs::is_symlink(profile / "SingletonLock"));
}

}  // namespace
}  // namespace lmbridge::cdp
