// Pictures of the site on their way to clients.
#include "base/base64.hpp"
#include "media/pictures.hpp"
#include "tests/unit/coroutine_test.hpp"
#include "tests/unit/media/file_server.hpp"
#include "tests/unit/media/pictures.hpp"
#include "tests/unit/recording_log.hpp"
#include "tests/unit/resident_memory.hpp"
#include "tests/unit/result_test.hpp"
#include "tests/unit/temporary_directory.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <chrono>
#include <vector>

namespace lmbridge::media {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;
using asio::awaitable;
using base::LogLevel;
using settings::PictureReturn;
using std::chrono::steady_clock;
using testing::StartsWith;

class DeliveredPictures : public testing::Test {
 protected:
  using Pending = std::unique_ptr<PendingPicture>;

  DeliveredPictures() {
    settings.pictures.downloads.allow_private_hosts = {"127.0.0.1"};
    settings.pictures.downloads.max_retries = 0;
    settings.pictures.library.enabled = false;
  }

  void run(std::function<awaitable<void>()> body, std::chrono::seconds whole = 60s) {
    test::run(
        context,
        [&]() -> awaitable<void> {
          server.start();
          live.replace(settings);
          pictures = std::make_unique<Pictures>(
              executor, live, clock, log, directory.path() / "library",
              [this](std::string link) { return fetch_in_page(std::move(link)); });
          pictures->start();
          std::exception_ptr failure;
          try {
            co_await body();
          } catch (...) {  // thrown again once all is gone
            failure = std::current_exception();
          }
          co_await pictures->stop();
          pictures.reset();
          co_await server.stop();
          if (failure) std::rethrow_exception(failure);
        }(),
        whole);
  }

  awaitable<Result<Fetched>> fetch_in_page(std::string link) {
    in_page.push_back(std::move(link));
    co_return page_answer;
  }

  Pending order(std::string link, PictureReturn as = PictureReturn::base64,
                PictureTarget target = {}) {
    return pictures->deliver(
        {.link = std::move(link), .request_id = "req_1", .returned_as = as, .target = target},
        news);
  }
  awaitable<DeliveredPicture> outcome_of(Pending pending) {
    while (pending->outcome() == nullptr) co_await news.wait();
    co_return *pending->outcome();
  }
  awaitable<DeliveredPicture> deliver(std::string link, PictureReturn as = PictureReturn::base64,
                                      PictureTarget target = {}) {
    return outcome_of(order(std::move(link), as, target));
  }
  awaitable<std::size_t> kept() {
    co_return test::must(co_await pictures->library().list({})).total;
  }

  asio::io_context context{1};
  asio::any_io_executor executor = context.get_executor();
  test::RecordingLog log;
  base::SystemClock clock;
  test::TemporaryDirectory directory;
  test::FileServer server{executor, log};
  settings::Settings settings;
  settings::LiveSettings live{{}};
  base::Condition news{executor};
  std::unique_ptr<Pictures> pictures;
  std::vector<std::string> in_page;
  Result<Fetched> page_answer = fail(ErrorCode::network_error, "Failed to fetch");
};

TEST_F(DeliveredPictures, AreFetchedOnceHoweverOftenTheyAreWanted) {
  const auto png = test::draw({});
  server.serve("/p.png", *png);
  run([&]() -> awaitable<void> {
    const auto link = server.url("/p.png");
    std::vector<Pending> ten;
    ten.reserve(10);
    for (int i = 0; i < 10; ++i) ten.push_back(order(link));
    for (auto& each : ten) {
      const auto outcome = co_await outcome_of(std::move(each));
      test::require(outcome.picture != nullptr, "the picture");
      EXPECT_EQ(outcome.picture->base64, base::base64_encoded(*png));
      EXPECT_EQ(outcome.picture->media_type, "image/png");
    }
    co_await deliver(link, PictureReturn::base64, {.format = Format::webp});
    EXPECT_EQ(server.requests.size(), 1U) << "another form of it needs no other download";
    EXPECT_EQ(pictures->counts().converted.misses, 11U);
    EXPECT_EQ(pictures->counts().fetched.hits, 1U);
  });
}

TEST_F(DeliveredPictures, AreThereAtOnceTheSecondTime) {
  const auto png = test::draw({.width = 1024, .height = 700, .is_noisy = true});
  server.serve("/p.png", *png);
  run([&]() -> awaitable<void> {
    const auto link = server.url("/p.png");
    co_await deliver(link);
    std::vector<steady_clock::duration> times;
    for (int i = 0; i < 21; ++i) {
      const auto begun = steady_clock::now();
      const auto outcome = co_await deliver(link);
      times.push_back(steady_clock::now() - begun);
      EXPECT_NE(outcome.picture, nullptr);
    }
    std::ranges::sort(times);
#ifndef LMBRIDGE_SANITIZED  // which makes everything slower
    EXPECT_LE(times[times.size() / 2], 1ms);
#endif
    EXPECT_EQ(pictures->counts().converted.hits, 21U);
  });
}

TEST_F(DeliveredPictures, BecomeWhatIsAskedFor) {
  server.serve("/p.png", *test::draw({.has_alpha = true}));
  run([&]() -> awaitable<void> {
    const auto outcome = co_await deliver(server.url("/p.png"), PictureReturn::base64,
                                          {.format = Format::jpeg, .quality = 90});
    test::require(outcome.picture != nullptr, "the picture");
    EXPECT_EQ(outcome.picture->media_type, "image/jpeg");
    EXPECT_EQ(test::look_at(base::base64_decoded(outcome.picture->base64)).width, 64);
  });
}

TEST_F(DeliveredPictures, ThatStandStillNowAreNamedInTheLog) {
  server.serve("/p.gif", *test::draw({.suffix = ".gif", .frames = 3}));
  run([&]() -> awaitable<void> {
    co_await deliver(server.url("/p.gif"), PictureReturn::base64, {.format = Format::png});
    EXPECT_EQ(log.count(LogLevel::info, "a picture moved, and what it was converted to does not"),
              1U);
  });
}

TEST_F(DeliveredPictures, InDataLinksNeedNoDownload) {
  const auto png = test::draw({});
  run([&]() -> awaitable<void> {
    const auto outcome = co_await deliver("data:image/png;base64," + base::base64_encoded(*png));
    test::require(outcome.picture != nullptr, "the picture");
    EXPECT_EQ(outcome.picture->base64, base::base64_encoded(*png));
    const auto broken = co_await deliver("data:image/png;base64,!!!");
    EXPECT_EQ(broken.failure->code, ErrorCode::invalid_request);
  });
}

TEST_F(DeliveredPictures, OfTheSessionAreFetchedByThePage) {
  const auto png = test::draw({});
  server.at("/p.png", [](test::FileServer::Exchange& exchange) {
    return exchange.respond(403, "", "not you");
  });
  run([&]() -> awaitable<void> {
    const auto link = server.url("/p.png");
    const auto failed = co_await deliver(link);
    EXPECT_EQ(failed.failure->code, ErrorCode::download_forbidden);
    EXPECT_EQ(log.count(LogLevel::warning, "the site's page can't fetch it either"), 1U);
    page_answer = Fetched{.bytes = *png, .content_type = "image/png"};
    const auto outcome = co_await deliver(link);
    EXPECT_NE(outcome.picture, nullptr);
    EXPECT_EQ(in_page, std::vector<std::string>({link, link}));
  });
}

TEST_F(DeliveredPictures, ThatCannotBeHadSayWhyInOneLine) {
  server.serve("/page", "<html></html>", "text/html");
  server.serve("/empty.png", "");
  server.serve("/huge.png", test::png_that_declares(30'000, 30'000));
  server.serve("/cut.png", test::draw({})->substr(0, 60));
  const std::vector<std::pair<std::string, ErrorCode>> cases{
      {"/missing.png", ErrorCode::download_failed},
      {"/page", ErrorCode::unsupported_media_type},
      {"/empty.png", ErrorCode::download_failed},
      {"/huge.png", ErrorCode::payload_too_large},
      {"/cut.png", ErrorCode::invalid_request}};
  run([&]() -> awaitable<void> {
    for (const auto& [path, code] : cases) {
      const auto outcome =
          co_await deliver(server.url(path), PictureReturn::base64, {.format = Format::webp});
      test::require(outcome.failure.has_value(), path.c_str());
      EXPECT_EQ(outcome.failure->code, code) << path << ": " << outcome.failure->message;
      EXPECT_EQ(outcome.picture, nullptr);
    }
    EXPECT_EQ(log.count(LogLevel::warning, "the client gets the site's link"), cases.size());
    const auto refused = co_await deliver("http://10.0.0.1/p.png");
    EXPECT_EQ(refused.failure->code, ErrorCode::download_refused);
  });
}

TEST_F(DeliveredPictures, AsLinksWaitForNothingAndAreKeptAllTheSame) {
  server.serve("/p.png", *test::draw({}));
  settings.pictures.library.enabled = true;
  run([&]() -> awaitable<void> {
    const auto pending = order(server.url("/p.png"), PictureReturn::url);
    test::require(pending->outcome() != nullptr, "it is there at once");
    EXPECT_FALSE(pending->outcome()->picture || pending->outcome()->failure);
    while (co_await kept() == 0) {
    }
  });
}

TEST_F(DeliveredPictures, AreNotFetchedForALinkAlone) {
  server.serve("/p.png", *test::draw({}));
  run([&]() -> awaitable<void> {
    co_await deliver(server.url("/p.png"), PictureReturn::url);
    co_await deliver(server.url("/p.png"));
    EXPECT_EQ(server.requests.size(), 1U);
  });
}

TEST_F(DeliveredPictures, AreKeptAlsoWhenNobodyWaitsAnyMore) {
  server.serve("/p.png", *test::draw({}));
  settings.pictures.library.enabled = true;
  run([&]() -> awaitable<void> {
    order(server.url("/p.png")).reset();
    while (co_await kept() == 0) {
    }
  });
}

TEST_F(DeliveredPictures, AreKeptInTheFormatOfTheLibrary) {
  server.serve("/p.png", *test::draw({}));
  settings.pictures.library.enabled = true;
  settings.pictures.library.conversion.format = Format::webp;
  run([&]() -> awaitable<void> {
    const auto outcome = co_await deliver(server.url("/p.png"), PictureReturn::local);
    EXPECT_THAT(outcome.library_path, testing::EndsWith(".webp"));
    const auto picture = test::must(co_await pictures->library().open(outcome.library_path));
    EXPECT_EQ(picture->media_type(), "image/webp");
  });
}

TEST_F(DeliveredPictures, OfTheLibraryNeedOne) {
  run([&]() -> awaitable<void> {
    const auto outcome = co_await deliver(server.url("/p.png"), PictureReturn::local);
    EXPECT_EQ(outcome.failure->code, ErrorCode::invalid_configuration);
    EXPECT_EQ(log.count(LogLevel::warning, "save_images_locally is false"), 1U);
  });
}

TEST_F(DeliveredPictures, FollowTheSettingsOfTheMoment) {
  server.serve("/p.png", *test::draw({}));
  settings.pictures.downloads.allow_private_hosts = {};
  run([&]() -> awaitable<void> {
    const auto link = server.url("/p.png");
    EXPECT_EQ((co_await deliver(link)).failure->code, ErrorCode::download_refused);
    settings.pictures.downloads.allow_private_hosts = {"127.0.0.1"};
    live.replace(settings);
    EXPECT_FALSE((co_await deliver(link)).failure);
  });
}

TEST_F(DeliveredPictures, AreGivenUpWhenTheDaemonStops) {
  server.at("/p.png",
            [](test::FileServer::Exchange& exchange) { return exchange.wait_for_close(); });
  run([&]() -> awaitable<void> {
    const auto pending = order(server.url("/p.png"));
    co_await server.wait_until([this] { return server.busy == 1; });
    co_await pictures->stop();
    const auto late = order(server.url("/p.png"));
    test::require(late->outcome() != nullptr, "it is told at once");
    EXPECT_EQ(late->outcome()->failure->code, ErrorCode::shutting_down);
  });
}

TEST_F(DeliveredPictures, LeaveMemoryFlatHoweverManyThereAre) {
#ifdef LMBRIDGE_SANITIZED
  GTEST_SKIP() << "sanitizers keep freed memory";
#endif
  const auto png = test::draw({.width = 80, .height = 80, .is_noisy = true});
  server.serve("/p.png", *png);
  settings.pictures.cache.entries = 500;
  run(
      [&]() -> awaitable<void> {
        std::size_t settled = 0;
        for (int i = 0; i < 10'000; ++i) {
          co_await deliver(server.url("/p.png?" + std::to_string(i)));
          if (i == 2'000) settled = test::resident_megabytes();
        }
        EXPECT_EQ(pictures->counts().fetched.misses, 10'000U);
        EXPECT_LE(test::resident_megabytes(), settled + 8)
            << "of " << 8'000 * png->size() << " bytes that passed";
      },
      200s);
}

TEST_F(DeliveredPictures, HaveThumbnailsThatAreMadeOnce) {
  server.serve("/p.png", *test::draw({.width = 200, .height = 100}));
  settings.pictures.library.enabled = true;
  run([&]() -> awaitable<void> {
    const auto outcome = co_await deliver(server.url("/p.png"), PictureReturn::local);
    const auto stored = test::must(co_await pictures->library().open(outcome.library_path));
    const auto first = test::must(co_await pictures->thumbnail(stored, 50));
    EXPECT_EQ(first->picture.width, 50);
    EXPECT_EQ(first->picture.media_type, "image/webp");
    EXPECT_THAT(first->etag, StartsWith(stored->etag()));
    EXPECT_EQ(test::must(co_await pictures->thumbnail(stored, 50)), first);
    EXPECT_NE(test::must(co_await pictures->thumbnail(stored, 60))->etag, first->etag);
  });
}

}  // namespace
}  // namespace lmbridge::media
