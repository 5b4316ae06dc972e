// Waits for changes of the bridge's state.
#pragma once

#include "base/condition.hpp"
#include "bridge/bridge.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

namespace lmbridge::control {

/// I/O thread only. The bridge outlives it.
class BridgeNews {
 public:
  BridgeNews(const boost::asio::any_io_executor& executor, bridge::Bridge& bridge)
      : bridge_(bridge), changed_(executor) {
    bridge_.remember(changed_);
  }
  BridgeNews(const BridgeNews&) = delete;
  BridgeNews& operator=(const BridgeNews&) = delete;
  ~BridgeNews() { bridge_.forget(changed_); }

  /// Until something may have changed, but no longer than until `deadline`.
  boost::asio::awaitable<void> wait_until(base::Condition::TimePoint deadline) {
    return changed_.wait_until(deadline);
  }

 private:
  bridge::Bridge& bridge_;
  base::Condition changed_;
};

}  // namespace lmbridge::control
