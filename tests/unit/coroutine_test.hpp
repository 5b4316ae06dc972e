// Runs a coroutine to its end inside a test.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <gtest/gtest.h>

#include <chrono>
#include <exception>
#include <optional>
#include <utility>

namespace lmbridge::test {

/// Runs `context` until `coroutine` has ended and every handler is done. A coroutine that does not
/// end within `limit` fails the test instead of hanging it.
inline void run(boost::asio::io_context& context, boost::asio::awaitable<void> coroutine,
                std::chrono::seconds limit = std::chrono::seconds(20)) {
  bool ended = false;
  std::exception_ptr failure;
  boost::asio::co_spawn(context, std::move(coroutine), [&](std::exception_ptr thrown) {
    ended = true;
    failure = std::move(thrown);
  });
  context.run_for(limit);
  ASSERT_TRUE(ended) << "the coroutine did not end in time";
  if (failure) std::rethrow_exception(failure);
}

}  // namespace lmbridge::test
