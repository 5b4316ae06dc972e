#include "media/library.hpp"

#include "base/task_group.hpp"
#include "tests/unit/coroutine_test.hpp"
#include "tests/unit/media/pictures.hpp"
#include "tests/unit/recording_log.hpp"
#include "tests/unit/result_test.hpp"
#include "tests/unit/temporary_directory.hpp"

#include <boost/asio/post.hpp>
#include <gmock/gmock.h>

#include <filesystem>
#include <set>
#include <string>

namespace lmbridge::media {
namespace {

namespace asio = boost::asio;
namespace fs = std::filesystem;
using namespace std::chrono_literals;
using test::code_of;
using test::must;

class Libraries : public testing::Test {
 public:
  LibraryOptions options() const { return {.root = directory_.path() / "images"}; }

  asio::io_context context_{1};
  base::SystemClock clock_;
  test::RecordingLog log_;
  test::TemporaryDirectory directory_;
};

TEST_F(Libraries, KeepListOpenAndRead) {
  Library library(context_.get_executor(), clock_, log_, options());
  test::run(context_, [](Library& pictures) -> asio::awaitable<void> {
    const auto picture = test::draw({});
    const auto kept = must(co_await pictures.keep(picture, "request"));
    const auto page = must(co_await pictures.list({}));
    test::require(page.pictures.size() == 1, "the picture is listed");
    EXPECT_EQ(page.pictures[0].path, kept.path);
    const auto opened = must(co_await pictures.open(kept.path));
    EXPECT_EQ(must(co_await pictures.read(opened, 0, opened->size())), *picture);
    EXPECT_EQ(code_of(co_await pictures.open("../" + kept.path)), ErrorCode::not_found);
  }(library));
}

TEST_F(Libraries, KeepOnceWhatComesManyTimesAtOnce) {
  Library library(context_.get_executor(), clock_, log_, options());
  test::run(context_, [](Libraries& self, Library& pictures) -> asio::awaitable<void> {
    base::TaskGroup group(self.context_.get_executor(), self.log_);
    const auto picture = test::draw({});
    std::set<std::string> paths;
    int written = 0;
    for (int i = 0; i < 20; ++i) {
      group.spawn("picture", [&, i]() -> asio::awaitable<void> {
        const auto kept = must(co_await pictures.keep(picture, std::to_string(i)));
        paths.insert(kept.path);
        if (kept.is_new) ++written;
      });
    }
    co_await group.join();
    EXPECT_EQ(paths.size(), 1U);
    EXPECT_EQ(written, 1);
  }(*this, library));
}

TEST_F(Libraries, SurviveCallersWhoLeave) {
  Library library(context_.get_executor(), clock_, log_, options());
  test::run(context_, [](Libraries& self, Library& pictures) -> asio::awaitable<void> {
    base::TaskGroup group(self.context_.get_executor(), self.log_);
    for (int i = 0; i < 20; ++i) {
      group.spawn("picture", [&pictures, i]() -> asio::awaitable<void> {
        co_await pictures.keep(test::draw({.width = 30 + i}), "left");
      });
    }
    co_await asio::post(self.context_, asio::use_awaitable);
    group.cancel();
    co_await group.join();
    must(co_await pictures.keep(test::draw({}), "stayed"));
    for (const auto& entry : fs::recursive_directory_iterator(self.options().root)) {
      if (!entry.is_regular_file()) continue;
      EXPECT_FALSE(entry.path().filename().string().starts_with('.')) << entry.path();
    }
    EXPECT_EQ(self.log_.count(base::LogLevel::error), 0U);
  }(*this, library));
}

TEST_F(Libraries, SweepAtOnceAndSayWhatIsGone) {
  auto wanted = options();
  wanted.largest_age = 24h;
  Library library(context_.get_executor(), clock_, log_, wanted);
  test::run(context_, [](Libraries& self, Library& pictures) -> asio::awaitable<void> {
    const auto kept = must(co_await pictures.keep(test::draw({}), "r"));
    const auto file = self.options().root / kept.path;
    fs::last_write_time(file, fs::file_time_type::clock::now() - 72h);
    base::TaskGroup group(self.context_.get_executor(), self.log_);
    group.spawn("sweep", [&pictures] { return pictures.sweep_hourly(); });
    while (self.log_.lines.empty()) co_await asio::post(self.context_, asio::use_awaitable);
    EXPECT_EQ(self.log_.count(base::LogLevel::info, "old pictures were deleted files=1"), 1U);
    EXPECT_FALSE(fs::exists(file));
    group.cancel();
    co_await group.join();
  }(*this, library));
}

}  // namespace
}  // namespace lmbridge::media
