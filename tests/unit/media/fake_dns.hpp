// Stands in for the system's DNS under the top-level domain .test, for all threads of the program:
// "at-10-0-0-1.test" is at 10.0.0.1, and who asks for "stuck.test" waits until released.
#pragma once

#include <atomic>

namespace lmbridge::test {

struct FakeDns {
  /// Whether "stuck.test" is held up.
  static std::atomic<bool> held;
  /// How many threads are.
  static std::atomic<int> waiting;
  /// Lookups of names under .test so far.
  static std::atomic<int> lookups;
};

/// Holds "stuck.test" up as long as it lives.
class StuckDns {
 public:
  StuckDns() { FakeDns::held = true; }
  StuckDns(const StuckDns&) = delete;
  StuckDns& operator=(const StuckDns&) = delete;
  /// Returns when no thread is held up any more.
  ~StuckDns() {
    FakeDns::held = false;
    FakeDns::held.notify_all();
    for (int now = FakeDns::waiting; now > 0; now = FakeDns::waiting) FakeDns::waiting.wait(now);
  }
};

}  // namespace lmbridge::test
