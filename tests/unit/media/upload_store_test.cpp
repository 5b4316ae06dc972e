#include "media/upload_store.hpp"

#include "media/upload.hpp"
#include "tests/unit/recording_log.hpp"
#include "tests/unit/result_test.hpp"
#include "tests/unit/temporary_directory.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <gmock/gmock.h>

#include <algorithm>
#include <filesystem>
#include <functional>
#include <set>
#include <string>
#include <vector>

namespace lmbridge::media {
namespace {

namespace asio = boost::asio;
namespace fs = std::filesystem;
using asio::awaitable;
using namespace std::chrono_literals;
using namespace std::string_literals;
using test::code_of;
using test::must;

class AdvancedClock final : public base::Clock {
 public:
  [[nodiscard]] std::chrono::steady_clock::time_point now() const override {
    return std::chrono::steady_clock::now();
  }
  [[nodiscard]] std::chrono::system_clock::time_point wall_now() const override {
    return std::chrono::system_clock::now() + ahead;
  }
  std::chrono::milliseconds ahead{0};
};

class UploadStores : public testing::Test {
 protected:
  using Body = std::function<awaitable<void>(UploadStore&)>;

  /// Runs `body` with a store on the folder; another run finds what this one has left.
  void run(Body body) {
    UploadStore store(context_.get_executor(), clock_, ids_, log_, options_);
    const auto all = [](UploadStore& uploads, Body& with) -> awaitable<void> {
      must(co_await uploads.start());
      std::exception_ptr failure;
      try {
        co_await with(uploads);
      } catch (...) {  // thrown again once the store has stopped
        failure = std::current_exception();
      }
      co_await uploads.stop();
      if (failure) std::rethrow_exception(failure);
    };
    std::exception_ptr failure;
    bool has_ended = false;
    asio::co_spawn(context_, all(store, body), [&](const std::exception_ptr& thrown) {
      failure = thrown;
      has_ended = true;
      // What is left is the timer of the wait for old files.
      context_.stop();
    });
    context_.restart();
    context_.run_for(20s);
    ASSERT_TRUE(has_ended) << "the test did not end in time";
    if (failure) std::rethrow_exception(failure);
  }

  static awaitable<Result<std::string>> put(UploadStore& store, std::string content,
                                            std::string filename = "a.txt") {
    Upload upload(store, filename);
    if (auto written = co_await upload.write(std::move(content)); !written) {
      co_return std::unexpected(written.error());
    }
    co_return co_await upload.finish();
  }

  static awaitable<std::string> content_of(UploadStore& store, std::string name) {
    const auto opened = must(co_await store.open(std::move(name)));
    co_return must(co_await store.read(opened, 0, opened->size()));
  }

  /// Until what is being discarded is gone.
  awaitable<void> until(std::function<bool()> holds) {
    while (!holds()) co_await asio::post(context_.get_executor(), asio::use_awaitable);
  }

  [[nodiscard]] std::set<std::string> names() const {
    std::set<std::string> found;
    for (const auto& entry : fs::directory_iterator(options_.root)) {
      found.insert(entry.path().filename().string());
    }
    return found;
  }

  asio::io_context context_{1};
  AdvancedClock clock_;
  base::RandomIds ids_;
  test::RecordingLog log_;
  test::TemporaryDirectory directory_;
  UploadStoreOptions options_{.root = directory_.path() / "file_bed",
                              .largest_file_bytes = 1000,
                              .largest_total_bytes = 2000,
                              .largest_age = 60s};
};

TEST_F(UploadStores, HandOutWhatWasUploadedInPieces) {
  run([&](UploadStore& store) -> awaitable<void> {
    Upload upload(store, "notes.TXT");
    must(co_await upload.write("one "));
    must(co_await upload.write("two"));
    const auto name = must(co_await upload.finish());
    EXPECT_TRUE(is_upload_name(name)) << name;
    EXPECT_TRUE(name.ends_with(".txt"));
    EXPECT_EQ(co_await content_of(store, name), "one two");
    const auto opened = must(co_await store.open(name));
    EXPECT_EQ(must(co_await store.read(opened, 4, 2)), "tw");
    EXPECT_EQ(store.bytes(), 7U);
    EXPECT_EQ(fs::status(options_.root / name).permissions(),
              fs::perms::owner_read | fs::perms::owner_write);
  });
}

TEST_F(UploadStores, TakeEmptyFiles) {
  run([&](UploadStore& store) -> awaitable<void> {
    Upload upload(store, "empty");
    const auto name = must(co_await upload.finish());
    EXPECT_EQ(co_await content_of(store, name), "");
  });
}

TEST_F(UploadStores, GiveEachFileANameOfItsOwn) {
  run([&](UploadStore& store) -> awaitable<void> {
    std::set<std::string> given;
    for (int i = 0; i < 50; ++i) given.insert(must(co_await put(store, "same")));
    EXPECT_EQ(given.size(), 50U);
    EXPECT_EQ(names(), given);
  });
}

TEST_F(UploadStores, OpenNothingButTheFilesThatTheyHave) {
  run([&](UploadStore& store) -> awaitable<void> {
    const auto name = must(co_await put(store, "content"));
    for (const auto& wrong : {std::string(), "."s, ".."s, "../file_bed/" + name, "./" + name,
                              "/" + name, name + "/", name + std::string(1, '\0'),
                              "../../../../etc/passwd"s, (options_.root / name).string()}) {
      EXPECT_EQ(code_of(co_await store.open(wrong)), ErrorCode::not_found) << wrong;
    }
  });
}

TEST_F(UploadStores, KeepNothingOfAnUploadThatIsGivenUp) {
  run([&](UploadStore& store) -> awaitable<void> {
    {
      Upload upload(store, "a.txt");
      must(co_await upload.write("half"));
      EXPECT_EQ(store.bytes(), 4U);
      EXPECT_EQ(names().size(), 1U);
    }
    co_await until([&] { return store.bytes() == 0; });
    EXPECT_TRUE(names().empty());
    EXPECT_EQ(store.files(), 0U);
  });
}

TEST_F(UploadStores, RefuseFilesThatAreTooLarge) {
  run([&](UploadStore& store) -> awaitable<void> {
    {
      Upload upload(store, "a.txt");
      must(co_await upload.write(std::string(1000, 'x')));
      EXPECT_EQ(code_of(co_await upload.write("x")), ErrorCode::payload_too_large);
    }
    co_await until([&] { return store.bytes() == 0; });
    EXPECT_EQ(code_of(store.admit(1001)), ErrorCode::payload_too_large);
    EXPECT_TRUE(store.admit(1000));
  });
}

TEST_F(UploadStores, AreFullWhenFilesAndUploadsAreTooMuchTogether) {
  run([&](UploadStore& store) -> awaitable<void> {
    must(co_await put(store, std::string(1000, 'x')));
    {
      Upload upload(store, "a.txt");
      must(co_await upload.write(std::string(600, 'x')));
      EXPECT_EQ(code_of(co_await put(store, std::string(401, 'x'))), ErrorCode::storage_full);
      EXPECT_EQ(code_of(store.admit(401)), ErrorCode::storage_full);
      must(co_await upload.write(std::string(400, 'x')));
      EXPECT_EQ(code_of(store.admit(1)), ErrorCode::storage_full);
    }
    co_await until([&] { return store.bytes() == 1000; });
    must(co_await put(store, std::string(1000, 'x')));
  });
}

TEST_F(UploadStores, DeleteFilesThatAreTooOldAndDoNotHandThemOutBefore) {
  run([&](UploadStore& store) -> awaitable<void> {
    const auto older = must(co_await put(store, "older"));
    clock_.ahead = 30s;
    const auto younger = must(co_await put(store, "younger"));
    clock_.ahead = 61s;
    EXPECT_EQ(code_of(co_await store.open(older)), ErrorCode::not_found);
    EXPECT_EQ(co_await content_of(store, younger), "younger");
    co_await store.sweep();
    // The store may have been at it already, by itself.
    co_await until([&] { return store.bytes() == 7; });
    EXPECT_EQ(names(), std::set<std::string>{younger});
  });
}

TEST_F(UploadStores, DeleteOldFilesByThemselves) {
  options_.largest_age = 50ms;
  run([&](UploadStore& store) -> awaitable<void> {
    must(co_await put(store, "one"));
    must(co_await put(store, "two"));
    co_await until([&] { return store.bytes() == 0; });
    EXPECT_TRUE(names().empty());
  });
}

TEST_F(UploadStores, GoOnSendingAFileThatIsDeletedMeanwhile) {
  run([&](UploadStore& store) -> awaitable<void> {
    const auto opened = must(co_await store.open(must(co_await put(store, "content"))));
    clock_.ahead = 61s;
    co_await store.sweep();
    co_await until([&] { return store.bytes() == 0; });
    EXPECT_EQ(must(co_await store.read(opened, 0, 7)), "content");
  });
}

TEST_F(UploadStores, CountAndServeTheFilesOfAFormerRunUntilTheirAge) {
  std::string name;
  run([&](UploadStore& store) -> awaitable<void> {
    name = must(co_await put(store, std::string(900, 'x')));
  });
  run([&](UploadStore& store) -> awaitable<void> {
    EXPECT_EQ(store.bytes(), 900U);
    EXPECT_EQ((co_await content_of(store, name)).size(), 900U);
    clock_.ahead = 61s;
    EXPECT_EQ(code_of(co_await store.open(name)), ErrorCode::not_found);
    co_await store.sweep();
    co_await until([&] { return store.bytes() == 0; });
    EXPECT_TRUE(names().empty());
  });
}

TEST_F(UploadStores, KeepManyUploadsAtOnceApart) {
  options_.largest_file_bytes = 1'000'000;
  options_.largest_total_bytes = 100'000'000;
  run([&](UploadStore& store) -> awaitable<void> {
    base::TaskGroup group(context_.get_executor(), log_);
    int right = 0;
    for (int i = 0; i < 40; ++i) {
      group.spawn("upload", [&, i]() -> awaitable<void> {
        Upload upload(store, "a.bin");
        std::string expected;
        for (int piece = 0; piece < 10; ++piece) {
          const std::string content(1000, static_cast<char>('0' + (i + piece) % 50));
          expected += content;
          must(co_await upload.write(content));
        }
        const auto name = must(co_await upload.finish());
        if (co_await content_of(store, name) == expected) ++right;
      });
    }
    co_await group.join();
    EXPECT_EQ(right, 40);
    EXPECT_EQ(store.files(), 40U);
    EXPECT_EQ(names().size(), 40U);
  });
}

TEST_F(UploadStores, KeepNothingOfUploadsThatAreCancelledAtAnyMoment) {
  run([&](UploadStore& store) -> awaitable<void> {
    for (int turns = 0; turns < 30; ++turns) {
      base::TaskGroup group(context_.get_executor(), log_);
      group.spawn("upload", [&]() -> awaitable<void> {
        Upload upload(store, "a.bin");
        must(co_await upload.write("one"));
        must(co_await upload.write("two"));
        must(co_await upload.finish());
      });
      for (int i = 0; i < turns; ++i) {
        co_await asio::post(context_.get_executor(), asio::use_awaitable);
      }
      co_await group.stop(0s);
    }
    // Those that were finished before count as files, all others are gone.
    co_await until(
        [&] { return store.bytes() == 6 * store.files() && names().size() == store.files(); });
    EXPECT_TRUE(std::ranges::all_of(names(), is_upload_name));
    EXPECT_EQ(log_.count(base::LogLevel::error), 0U);
  });
}

}  // namespace
}  // namespace lmbridge::media
