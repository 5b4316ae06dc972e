// Keeps the daemon's own memory small: what has been freed goes back to the system.
#pragma once

#include "base/log.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <chrono>
#include <cstddef>
#include <functional>

namespace lmbridge::app {

/// Resident memory of this process in bytes (/proc/self/statm); 0 when it can't be read.
std::size_t resident_memory();

/// The allocator's free pages go back to the system. Blocks the calling thread, as a rule for some
/// milliseconds.
void trim_heap();

/// Lets go of the code and constants of program and libraries, most of which only the start has
/// touched (libvips alone brings a hundred libraries); what is used comes back from the system's
/// file cache, page by page.
void give_back_code();

/// I/O thread only.
class MemoryKeeper {
 public:
  struct Options {
    /// In MB (`gc_threshold_mb`), asked for at each look, because a reload may change it; 0 = never
    /// trim.
    std::function<std::size_t()> threshold_mb;
    std::chrono::milliseconds interval{30'000};
    /// In bytes.
    std::function<std::size_t()> resident = resident_memory;
    std::function<void()> trim = trim_heap;
  };

  MemoryKeeper(const Options& options, base::Log& log) : options_(options), log_(log) {}

  /// For a TaskGroup: looks after each interval, until it is cancelled.
  boost::asio::awaitable<void> run();

  /// Looks once, and trims when there is more memory than the threshold. The log hears of it when
  /// the threshold is crossed, and again only after a look that found less.
  void look();

 private:
  void report(std::size_t before, std::size_t after, std::size_t threshold_mb);

  Options options_;
  base::Log& log_;
  bool was_above_ = false;
};

}  // namespace lmbridge::app
