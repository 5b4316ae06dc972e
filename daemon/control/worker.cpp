#include "control/worker.hpp"

#include "base/condition.hpp"

#include <boost/asio/post.hpp>

#include <memory>
#include <optional>
#include <utility>

namespace lmbridge::control {
namespace asio = boost::asio;

asio::awaitable<Result<void>> Worker::run(std::function<Result<void>()> work) {
  struct State {
    explicit State(const asio::any_io_executor& executor) : ended(executor) {}
    std::optional<Result<void>> result;
    base::Condition ended;
  };
  // Shared with the work, which may outlast the caller.
  const auto state = std::make_shared<State>(executor_);
  asio::post(pool_, [handed_on = std::shared_ptr<State>(state), executor = executor_,
                     work = std::move(work)]() mutable {
    auto result = std::make_shared<Result<void>>(work());
    // With the last reference of this thread: conditions belong to the other one.
    asio::post(executor, [handed_on = std::move(handed_on), result] {
      handed_on->result = std::move(*result);
      handed_on->ended.notify();
    });
  });
  while (!state->result) co_await state->ended.wait();
  co_return *std::move(state->result);
}

}  // namespace lmbridge::control
