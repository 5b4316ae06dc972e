#include "settings/watcher.hpp"

#include "tests/unit/coroutine_test.hpp"
#include "tests/unit/recording_log.hpp"
#include "tests/unit/temporary_directory.hpp"

#include <boost/asio/post.hpp>

#include <fcntl.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <functional>
#include <string>

namespace lmbridge::settings {
namespace {

namespace asio = boost::asio;
namespace fs = std::filesystem;

class FileWatch : public testing::Test {
 protected:
  [[nodiscard]] fs::path path(const std::string& name) const { return directory_.path() / name; }
  void write(const std::string& name, std::string_view text = "{}") const {
    std::ofstream(path(name), std::ios::binary) << text;
  }
  /// An editor that writes a copy and puts it in place.
  void replace(const std::string& name) const {
    write(name + ".new");
    fs::rename(path(name + ".new"), path(name));
  }

  /// Waits for the change that `act` makes; fails when none is reported in time.
  void expect_change(Watcher& watcher, const std::function<void()>& act) {
    context_.restart();
    asio::post(context_, act);
    test::run(context_, watcher.changed());
  }

  Watcher watcher() { return {context_.get_executor(), log_, {path("config.jsonc")}}; }

  test::TemporaryDirectory directory_;
  test::RecordingLog log_;
  asio::io_context context_{1};
};

TEST_F(FileWatch, SeesAFileThatIsWrittenRenamedOverOrMadeAnew) {
  write("config.jsonc");
  auto watcher = this->watcher();
  expect_change(watcher, [this] { write("config.jsonc"); });
  expect_change(watcher, [this] { replace("config.jsonc"); });
  expect_change(watcher, [this] { write("config.jsonc"); });
  expect_change(watcher, [this] { fs::remove(path("config.jsonc")); });
  expect_change(watcher, [this] { write("config.jsonc"); });
  expect_change(watcher, [this] { fs::rename(path("config.jsonc"), path("config.jsonc~")); });
  expect_change(watcher, [this] { replace("config.jsonc"); });
  expect_change(watcher, [this] { fs::permissions(path("config.jsonc"), fs::perms(0600)); });
  EXPECT_EQ(log_.lines.size(), 0U);
}

TEST_F(FileWatch, TellsOfSeveralStepsOnce) {
  write("config.jsonc");
  auto watcher = this->watcher();
  const auto file = path("config.jsonc");
  int fd = -1;
  context_.restart();
  asio::steady_timer close_later(context_, std::chrono::milliseconds(200));
  close_later.async_wait([&](const boost::system::error_code&) {
    ASSERT_EQ(::write(fd, "}", 1), 1);
    close(fd);
    fd = -1;
  });
  asio::post(context_, [&] {
    fd = open(file.c_str(), O_WRONLY | O_TRUNC | O_CLOEXEC);
    ASSERT_EQ(::write(fd, "{", 1), 1);
  });
  test::run(context_, watcher.changed());
  EXPECT_EQ(fd, -1) << "it was told before the file was closed";
  EXPECT_EQ(fs::file_size(file), 2U);
}

TEST_F(FileWatch, FollowsLinksAndSeesThemTurned) {
  fs::create_directory(path("one"));
  fs::create_directory(path("two"));
  write("one/real");
  write("two/real");
  fs::create_symlink("one", path("current"));
  fs::create_symlink("current/real", path("config.jsonc"));
  auto watcher = this->watcher();
  expect_change(watcher, [this] { write("one/real"); });
  expect_change(watcher, [this] {
    fs::create_symlink("two", path("next"));
    fs::rename(path("next"), path("current"));
  });
  expect_change(watcher, [this] { replace("two/real"); });
  expect_change(watcher, [this] { replace("config.jsonc"); });
  expect_change(watcher, [this] { write("config.jsonc"); });
}

TEST_F(FileWatch, WaitsForDirectoriesThatAreNotThereAndOutlivesThoseThatGo) {
  const auto inner = path("a/b/config.jsonc");
  Watcher watcher(context_.get_executor(), log_, {inner});
  const auto make = [&] {
    fs::create_directories(inner.parent_path());
    write("a/b/config.jsonc");
  };
  expect_change(watcher, make);
  expect_change(watcher, [&] { write("a/b/config.jsonc"); });
  expect_change(watcher, [&] { fs::remove_all(path("a")); });
  expect_change(watcher, make);
  expect_change(watcher, [&] { fs::rename(path("a/b"), path("a/c")); });
  expect_change(watcher, make);
}

TEST_F(FileWatch, SaysNothingOfOtherFiles) {
  write("config.jsonc");
  auto watcher = this->watcher();
  bool is_changed = false;
  context_.restart();
  asio::co_spawn(context_, watcher.changed(),
                 [&](const std::exception_ptr&) { is_changed = true; });
  asio::post(context_, [this] {
    write("other.json");
    write(".config.jsonc.swp");
    fs::remove(path("other.json"));
  });
  context_.run_for(std::chrono::milliseconds(150));
  EXPECT_FALSE(is_changed);
  write("config.jsonc");
  context_.run_for(std::chrono::seconds(20));
  EXPECT_TRUE(is_changed);
}

}  // namespace
}  // namespace lmbridge::settings
