// A thread for what waits for the disk.
#pragma once

#include "base/error.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/thread_pool.hpp>

#include <functional>

namespace lmbridge::control {

/// I/O thread only; the work runs in a thread of its own. Its end waits for work that runs.
class Worker {
 public:
  explicit Worker(boost::asio::any_io_executor executor) : executor_(std::move(executor)) {}

  /// Runs `work`, which owns what it uses and does not throw: it is not cut short when the caller
  /// is cancelled.
  boost::asio::awaitable<Result<void>> run(std::function<Result<void>()> work);

 private:
  boost::asio::any_io_executor executor_;
  boost::asio::thread_pool pool_{1};
};

}  // namespace lmbridge::control
