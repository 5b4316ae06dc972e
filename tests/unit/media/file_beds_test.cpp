#include "media/file_beds.hpp"

#include "base/base64.hpp"
#include "tests/unit/coroutine_test.hpp"
#include "tests/unit/media/file_server.hpp"
#include "tests/unit/recording_log.hpp"
#include "tests/unit/result_test.hpp"

#include <boost/asio/post.hpp>
#include <gmock/gmock.h>

#include <chrono>
#include <exception>
#include <memory>
#include <string>
#include <vector>

namespace lmbridge::media {
namespace {

namespace asio = boost::asio;
using asio::awaitable;
using namespace std::chrono_literals;
using settings::FileBed;
using settings::FileBedAnswer;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

class SetClock final : public base::Clock {
 public:
  [[nodiscard]] std::chrono::steady_clock::time_point now() const override { return time; }
  [[nodiscard]] std::chrono::system_clock::time_point wall_now() const override { return {}; }

  std::chrono::steady_clock::time_point time{1h};
};

std::string data_link(std::string_view bytes) {
  return "data:image/png;base64," + base::base64_encoded(bytes);
}

/// File beds at the paths of a server on loopback.
class FileBedsTest : public testing::Test {
 protected:
  using Exchange = test::FileServer::Exchange;
  using Outcome = Result<std::string>;

  void run(std::function<awaitable<void>()> body) {
    test::run(context, [&]() -> awaitable<void> {
      server.start();
      beds = std::make_unique<FileBeds>(executor, live, clock, log,
                                        [](std::size_t) { return std::size_t{0}; });
      std::exception_ptr failure;
      try {
        co_await body();
      } catch (...) {  // thrown again once all is gone
        failure = std::current_exception();
      }
      co_await tasks.stop(0s);
      co_await beds->stop();
      beds.reset();
      co_await server.stop();
      if (failure) std::rethrow_exception(failure);
    }());
  }

  /// Enables beds at `paths`, which answer with text.
  void enable(const std::vector<std::string>& paths) {
    auto settings = *live.current();
    settings.file_beds = {.enabled = true, .strategy = settings::FileBedStrategy::failover};
    for (const auto& path : paths) {
      settings.file_beds.beds.push_back({.name = path.substr(1),
                                         .url = server.url(path),
                                         .api_key = "sk-secret",
                                         .answer = FileBedAnswer::text});
    }
    live.replace(std::move(settings));
  }

  /// A bed that takes everything.
  void take_at(const std::string& path) {
    server.at(path, [this, path](Exchange& exchange) {
      bodies.push_back(exchange.content);
      return exchange.respond(200, "", "https://i.example.org" + path);
    });
  }
  void fail_at(const std::string& path, int status, std::string body = "out of order") {
    server.at(path, [status, body = std::move(body)](Exchange& exchange) {
      return exchange.respond(status, "", body);
    });
  }

  void start_upload(base::TaskGroup& group, const std::string& bytes) {
    group.spawn("upload", [this, bytes]() -> awaitable<void> {
      outcomes.push_back(co_await beds->upload(data_link(bytes), "a.png"));
    });
  }
  awaitable<Outcome> upload(const std::string& bytes) {
    return beds->upload(data_link(bytes), "a.png");
  }
  /// Lets all tasks go on that can.
  awaitable<void> settle() {
    for (int i = 0; i < 50; ++i) co_await asio::post(executor, asio::use_awaitable);
  }

  asio::io_context context{1};
  asio::any_io_executor executor = context.get_executor();
  test::RecordingLog log;
  test::FileServer server{executor, log};
  SetClock clock;
  settings::LiveSettings live{settings::Settings()};
  std::unique_ptr<FileBeds> beds;
  base::TaskGroup tasks{executor, log};
  std::vector<Outcome> outcomes;
  std::vector<std::string> bodies;
};

TEST_F(FileBedsTest, UploadsAFileAsAFormAndGivesItsLink) {
  run([&]() -> awaitable<void> {
    take_at("/one");
    enable({"/one"});
    EXPECT_EQ(test::must(co_await upload("\x89PNG bytes")), "https://i.example.org/one");
    EXPECT_THAT(server.requests.at(0),
                AllOf(HasSubstr("POST /one HTTP/1.1"), HasSubstr("User-Agent: lmbridge"),
                      HasSubstr("multipart/form-data; boundary="), Not(HasSubstr("Expect:"))));
    EXPECT_THAT(bodies.at(0),
                AllOf(HasSubstr("name=\"key\"\r\n\r\nsk-secret\r\n"),
                      HasSubstr("name=\"file\"; filename=\"a.png\"\r\nContent-Type: image/png\r\n"),
                      HasSubstr("\r\n\r\n\x89PNG bytes\r\n")));
    EXPECT_EQ(log.count(base::LogLevel::info, "an attachment was uploaded bed=one bytes=10"), 1U);
  });
}

TEST_F(FileBedsTest, UploadsLargeFilesWhole) {
  run([&]() -> awaitable<void> {
    std::string large;
    for (int i = 0; large.size() < 3'000'000; ++i) large += std::to_string(i) + ' ';
    take_at("/one");
    enable({"/one"});
    test::must(co_await upload(large));
    EXPECT_NE(bodies.at(0).find("\r\n\r\n" + large + "\r\n"), std::string::npos);
  });
}

TEST_F(FileBedsTest, UploadsLargeFilesAsJsonToTheOlderEndpoint) {
  run([&]() -> awaitable<void> {
    const std::string large(1'000'000, 'x');
    server.at("/upload", [this](Exchange& exchange) {
      bodies.push_back(exchange.content);
      return exchange.respond(200, "", R"({"success":true,"filename":"1.png"})");
    });
    auto settings = *live.current();
    settings.file_beds = {.enabled = true,
                          .beds = {FileBed{.url = server.url("/upload"),
                                           .protocol = settings::FileBedProtocol::json}}};
    live.replace(std::move(settings));
    EXPECT_EQ(test::must(co_await upload(large)), server.url("/uploads/1.png"));
    EXPECT_THAT(server.requests.at(0), HasSubstr("Content-Type: application/json"));
    EXPECT_EQ(bodies.at(0), R"({"file_data":")" + data_link(large) + R"(","file_name":"a.png"})");
  });
}

TEST_F(FileBedsTest, TriesTheNextBedAndLetsTheOneThatFailedRest) {
  run([&]() -> awaitable<void> {
    fail_at("/one", 500);
    take_at("/two");
    enable({"/one", "/two"});
    EXPECT_EQ(test::must(co_await upload("first")), "https://i.example.org/two");
    EXPECT_EQ(log.count(base::LogLevel::warning,
                        "a file bed failed bed=one reason=\"answered with status 500: out of "
                        "order\" rests_s=300"),
              1U);
    test::must(co_await upload("second"));
    EXPECT_EQ(server.requests.size(), 3U) << "the first one rests";
    clock.time += 300s;
    take_at("/one");
    EXPECT_EQ(test::must(co_await upload("third")), "https://i.example.org/one");
  });
}

TEST_F(FileBedsTest, LetsNoBedRestForAFileThatIsTooLargeForIt) {
  run([&]() -> awaitable<void> {
    fail_at("/one", 413);
    take_at("/two");
    enable({"/one", "/two"});
    test::must(co_await upload("large"));
    take_at("/one");
    EXPECT_EQ(test::must(co_await upload("small")), "https://i.example.org/one");
  });
}

TEST_F(FileBedsTest, FailsWithTheReasonOfEachBedAndWithoutItsKey) {
  run([&]() -> awaitable<void> {
    fail_at("/one", 403, "sk-secret is no valid key");
    server.at("/two", [](Exchange& exchange) -> awaitable<void> {
      exchange.last = true;
      co_await exchange.send("this is not HTTP");
    });
    fail_at("/three", 200, std::string(70'000, 'x'));
    enable({"/one", "/two", "/three"});
    auto settings = *live.current();
    settings.file_beds.beds.push_back({.name = "nobody", .url = "http://127.0.0.1:1/"});
    live.replace(std::move(settings));
    const auto outcome = co_await upload("bytes");
    EXPECT_EQ(test::code_of(outcome), ErrorCode::upload_failed);
    EXPECT_THAT(outcome.error().message,
                AllOf(HasSubstr("no file bed took the attachment \"a.png\": one answered with "
                                "status 403: *** is no valid key; two "),
                      HasSubstr("; three answered with more than could be the link of a file; "
                                "nobody could not be reached: ")));
    for (const auto& line : log.lines) EXPECT_THAT(line.text, Not(HasSubstr("sk-secret")));
  });
}

TEST_F(FileBedsTest, TriesBedsThatRestWhereNoneIsLeft) {
  run([&]() -> awaitable<void> {
    fail_at("/one", 500);
    enable({"/one"});
    EXPECT_FALSE(co_await upload("first"));
    take_at("/one");
    test::must(co_await upload("second"));
  });
}

TEST_F(FileBedsTest, GivesUpABedThatSaysNothing) {
  run([&]() -> awaitable<void> {
    server.at("/one", [](Exchange& exchange) { return exchange.wait_for_close(); });
    take_at("/two");
    enable({"/one", "/two"});
    auto settings = *live.current();
    settings.pictures.downloads.silence_timeout = 1s;
    live.replace(std::move(settings));
    test::must(co_await upload("bytes"));
    EXPECT_EQ(log.count(base::LogLevel::warning, "did nothing for 1 s"), 1U);
    co_await server.wait_until([this] { return server.broken == 1; });
  });
}

TEST_F(FileBedsTest, UploadsAFileOnceForAllWhoWantItAtTheSameMomentAndForFiveMinutes) {
  run([&]() -> awaitable<void> {
    take_at("/one");
    enable({"/one"});
    for (int i = 0; i < 10; ++i) start_upload(tasks, "the same");
    co_await tasks.join();
    EXPECT_EQ(outcomes.size(), 10U);
    for (const auto& outcome : outcomes) {
      EXPECT_EQ(test::must(outcome), "https://i.example.org/one");
    }
    EXPECT_EQ(server.requests.size(), 1U);
    clock.time += 299s;
    test::must(co_await upload("the same"));
    EXPECT_EQ(server.requests.size(), 1U);
    clock.time += 1s;
    test::must(co_await upload("the same"));
    EXPECT_EQ(server.requests.size(), 2U);
  });
}

TEST_F(FileBedsTest, ForgetsLinksAndFailuresWhenTheBedsChange) {
  run([&]() -> awaitable<void> {
    take_at("/one");
    take_at("/two");
    enable({"/one"});
    test::must(co_await upload("the same"));
    enable({"/two"});
    EXPECT_EQ(test::must(co_await upload("the same")), "https://i.example.org/two");
    enable({});
    EXPECT_THAT((co_await upload("the same")).error().message, HasSubstr("none is enabled"));
  });
}

TEST_F(FileBedsTest, EndsAnUploadThatNobodyWaitsForAnyMore) {
  run([&]() -> awaitable<void> {
    server.at("/one", [](Exchange& exchange) { return exchange.wait_for_close(); });
    enable({"/one"});
    base::TaskGroup leaving(executor, log);
    start_upload(leaving, "the same");
    start_upload(tasks, "the same");
    co_await server.wait_until([this] { return server.busy == 1; });
    co_await leaving.stop(0s);
    co_await settle();
    EXPECT_EQ(server.broken, 0) << "somebody else waits";
    EXPECT_EQ(beds->running(), 1U);
    tasks.cancel();
    co_await server.wait_until([this] { return server.broken == 1; });
    EXPECT_EQ(server.requests.size(), 1U);
  });
}

}  // namespace
}  // namespace lmbridge::media
