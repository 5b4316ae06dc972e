#include "bridge/page_file.hpp"

#include "base/base64.hpp"
#include "tests/unit/bridge/fake_admission.hpp"
#include "tests/unit/bridge/recording_host.hpp"
#include "tests/unit/coroutine_test.hpp"

#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <gmock/gmock.h>

#include <functional>

namespace lmbridge::bridge {
namespace {

namespace asio = boost::asio;
using asio::awaitable;
using testing::ElementsAre;
using testing::HasSubstr;
using namespace std::chrono_literals;

class FileInPage : public testing::Test {
 protected:
  /// Fetches while `site` plays the page's part.
  Result<PageFile> fetch(std::function<void(Job&)> site, PageFileLimits limits = {}) {
    std::optional<Result<PageFile>> result;
    asio::co_spawn(
        context,
        [&]() -> awaitable<void> {
          result.emplace(co_await fetch_in_page(admission, "https://site/p.png", limits));
        },
        [](const std::exception_ptr& failure) {
          if (failure) std::rethrow_exception(failure);
        });
    asio::post(context, [this, site = std::move(site)] {
      if (admission.waiting == nullptr) return;
      const auto order = admission.waiting->source().order();
      ASSERT_TRUE(order);
      ordered = *order;
      auto job = std::make_unique<Job>(1, host, admission.waiting->news());
      auto& running = *job;
      std::exchange(admission.waiting, nullptr)->settle(std::move(job));
      site(running);
    });
    context.run_for(20s);
    context.restart();
    EXPECT_TRUE(result) << "it did not end";
    return result ? *std::move(result) : fail(ErrorCode::internal, "it did not end");
  }

  static void head(Job& job, int status) {
    job.on_head({.status = status, .content_type = "image/png", .retry_after = {}});
  }
  static void text(Job& job, std::string_view text) { job.on_text(text, text.size()); }

  asio::io_context context{1};
  FakeAdmission admission;
  RecordingHost host;
  Order ordered;
};

TEST_F(FileInPage, ArrivesWholeWithItsType) {
  const std::string bytes("\x89PNG\0\xff", 6);
  const auto encoded = base::base64_encoded(bytes);
  const auto file = fetch([&](Job& job) {
    head(job, 200);
    text(job, encoded.substr(0, 3));
    text(job, encoded.substr(3));
    job.finish({});
  });
  ASSERT_TRUE(file) << file.error().message;
  EXPECT_EQ(file->bytes, bytes);
  EXPECT_EQ(file->content_type, "image/png");
  EXPECT_EQ(ordered.path, "https://site/p.png");
  EXPECT_EQ(ordered.method, "GET");
  EXPECT_TRUE(ordered.is_file);
}

TEST_F(FileInPage, IsReadOnAsItComes) {
  const auto file = fetch([this](Job& job) {
    head(job, 200);
    text(job, std::string(job_grant, 'A'));
    // The reader has its turn before the end comes.
    asio::post(context, [this, &job] { asio::post(context, [&job] { job.finish({}); }); });
  });
  ASSERT_TRUE(file);
  EXPECT_EQ(file->bytes.size(), job_grant / 4 * 3);
  EXPECT_THAT(host.granted, ElementsAre(job_grant));
}

TEST_F(FileInPage, ThatTheSiteRefusesSaysSo) {
  for (const auto& [status, code] :
       {std::pair(403, ErrorCode::download_forbidden),
        std::pair(401, ErrorCode::download_forbidden), std::pair(404, ErrorCode::download_failed),
        std::pair(206, ErrorCode::download_failed)}) {
    const auto file = fetch([status](Job& job) { head(job, status); });
    ASSERT_FALSE(file);
    EXPECT_EQ(file.error().code, code);
    EXPECT_THAT(file.error().message, HasSubstr(std::to_string(status)));
  }
  EXPECT_THAT(host.left, ElementsAre("1 running", "1 running", "1 running", "1 running"))
      << "the page is told to stop";
}

TEST_F(FileInPage, ThatIsTooLargeIsGivenUpWhileItComes) {
  const auto file = fetch(
      [](Job& job) {
        head(job, 200);
        text(job, std::string(1000, 'A'));
      },
      {.bytes = 500});
  ASSERT_FALSE(file);
  EXPECT_EQ(file.error().code, ErrorCode::download_too_large);
  EXPECT_THAT(host.left, ElementsAre("1 running"));
}

TEST_F(FileInPage, ThatBreaksOffIsNoFile) {
  const auto file = fetch([](Job& job) {
    head(job, 200);
    text(job, "AAAA");
    job.finish(fail(ErrorCode::network_error, "Failed to fetch"));
  });
  ASSERT_FALSE(file);
  EXPECT_EQ(file.error().code, ErrorCode::network_error);
}

TEST_F(FileInPage, IsWaitedForNoLongerThanItMayTake) {
  const auto slow = fetch([](Job& job) { head(job, 200); }, {.time = 300ms});
  ASSERT_FALSE(slow);
  EXPECT_EQ(slow.error().code, ErrorCode::timed_out);

  admission.refusal = Error{.code = ErrorCode::queue_full, .message = "too many wait"};
  const auto refused = fetch([](Job&) { FAIL() << "nothing runs"; });
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::queue_full);
}

TEST_F(FileInPage, DoesNotWaitForEverForAPage) {
  std::optional<Result<PageFile>> result;
  test::run(context, [&]() -> awaitable<void> {
    result.emplace(co_await fetch_in_page(admission, "https://site/p.png", {.time = 20ms}));
  }());
  ASSERT_TRUE(result && !*result);
  EXPECT_EQ(result->error().code, ErrorCode::page_not_ready);
  EXPECT_EQ(admission.waiting, nullptr) << "it has left the line";
}

}  // namespace
}  // namespace lmbridge::bridge
