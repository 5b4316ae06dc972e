#include "base/condition.hpp"

#include <boost/asio/associated_cancellation_slot.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <cassert>
#include <utility>

namespace lmbridge::base {
namespace asio = boost::asio;

/// Shared with the timer's handler, which may be on its way when the condition goes.
struct Condition::Timer {
  explicit Timer(const asio::any_io_executor& executor, Condition* of)
      : timer(executor), condition(of) {}

  asio::steady_timer timer;
  Condition* condition;
  bool armed = false;
};

Condition::Condition(const asio::any_io_executor& executor) : executor_(executor) {}

Condition::~Condition() {
  if (!timer_) return;
  timer_->condition = nullptr;
  timer_->timer.cancel();
}

asio::awaitable<void> Condition::wait_until(TimePoint deadline) {
  return asio::async_initiate<const asio::use_awaitable_t<>, void()>(
      [this, deadline](auto handler) {
        assert(!waiter_);
        auto slot = asio::get_associated_cancellation_slot(handler);
        if (slot.is_connected()) slot.assign([this](asio::cancellation_type) { wake(); });
        waiter_ = std::move(handler);
        deadline_ = deadline;
        if (std::exchange(notified_, false)) {
          wake();
        } else if (deadline != TimePoint::max()) {
          arm(deadline);
        }
      },
      asio::use_awaitable);
}

void Condition::notify() {
  if (waiter_) {
    wake();
  } else {
    notified_ = true;
  }
}

/// The waiter goes on in a turn of its own, never inside of the one who woke it.
void Condition::wake() {
  if (waiter_) asio::post(executor_, std::exchange(waiter_, nullptr));
}

void Condition::arm(TimePoint deadline) {
  if (!timer_) timer_ = std::make_shared<Timer>(executor_, this);
  if (timer_->armed && timer_->timer.expiry() <= deadline) return;
  timer_->armed = true;
  timer_->timer.expires_at(deadline);
  timer_->timer.async_wait([timer = timer_](const boost::system::error_code& error) {
    // Aborted: it was set anew, or the condition is gone.
    if (error || timer->condition == nullptr) return;
    timer->armed = false;
    auto& condition = *timer->condition;
    if (!condition.waiter_) return;
    if (condition.deadline_ <= std::chrono::steady_clock::now()) {
      condition.wake();
    } else if (condition.deadline_ != TimePoint::max()) {
      condition.arm(condition.deadline_);
    }
  });
}

}  // namespace lmbridge::base
