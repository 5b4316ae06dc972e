#include "base/condition.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace lmbridge::base {

boost::asio::awaitable<void> Condition::wait_until(TimePoint deadline) {
  timer_.expires_at(deadline);
  co_await timer_.async_wait(boost::asio::as_tuple(boost::asio::use_awaitable));
}

}  // namespace lmbridge::base
