// A Fetcher and a server on loopback that it may fetch from.
#pragma once

#include "media/fetcher.hpp"
#include "tests/unit/coroutine_test.hpp"
#include "tests/unit/media/file_server.hpp"
#include "tests/unit/recording_log.hpp"
#include "tests/unit/result_test.hpp"

#include <gmock/gmock.h>

#include <exception>
#include <functional>
#include <memory>
#include <string>
#include <utility>

namespace lmbridge::media {

class FetcherFixture : public testing::Test {
 protected:
  using Exchange = test::FileServer::Exchange;
  using Clock = std::chrono::steady_clock;

  FetcherFixture() {
    options.allow_private_hosts = HostList({"127.0.0.1"});
    options.retry_pause = std::chrono::milliseconds(5);
  }

  /// Runs `body` with a fetcher that has `options` and `proxies`, then ends what it has left.
  void run(std::function<boost::asio::awaitable<void>()> body) {
    test::run(context, [&]() -> boost::asio::awaitable<void> {
      server.start();
      fetcher = std::make_unique<Fetcher>(executor, options, proxies, log);
      std::exception_ptr failure;
      try {
        co_await body();
      } catch (...) {  // thrown again once all is gone
        failure = std::current_exception();
      }
      co_await tasks.stop(std::chrono::seconds(0));
      fetcher.reset();
      co_await server.stop();
      if (failure) std::rethrow_exception(failure);
    }());
  }

  /// Fetches beside the test; the result is there when it has ended.
  std::shared_ptr<std::optional<Result<Fetched>>> start_fetch(const std::string& link) {
    // Shared: with the task.
    auto result = std::make_shared<std::optional<Result<Fetched>>>();
    tasks.spawn("fetch", [this, link, result]() -> boost::asio::awaitable<void> {
      result->emplace(co_await fetcher->fetch(link));
    });
    return result;
  }

  boost::asio::io_context context{1};
  boost::asio::any_io_executor executor = context.get_executor();
  test::RecordingLog log;
  test::FileServer server{executor, log};
  FetcherOptions options;
  Proxies proxies;
  std::unique_ptr<Fetcher> fetcher;
  base::TaskGroup tasks{executor, log};
};

}  // namespace lmbridge::media
