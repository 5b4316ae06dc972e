#include "media/worker_pool.hpp"

#include "base/text.hpp"

#include <boost/asio/post.hpp>
#include <boost/asio/thread_pool.hpp>
#include <fmt/format.h>

#include <unistd.h>

#include <cassert>
#include <deque>
#include <exception>
#include <set>

namespace lmbridge::media {
namespace asio = boost::asio;
namespace {

/// Answers come first: where the processor is short, this thread takes a third of the I/O thread's
/// share. On Linux the nice value is a thread's own, and those that it starts inherit it.
void give_way() {
  constexpr int less = 5;
  // Never fails for a value above the present one.
  static thread_local const int value = ::nice(less);
  static_cast<void>(value);
}

}  // namespace

struct WorkerPool::Job {
  Job(const asio::any_io_executor& executor, std::size_t held_bytes, Work what)
      : bytes(held_bytes), work(std::move(what)), ended(executor) {}

  std::size_t bytes;
  Work work;
  std::stop_source stop;
  /// Written by the thread, read on the I/O thread once `has_ended`.
  std::exception_ptr failure;
  bool has_ended = false;
  base::Condition ended;
};

/// All of it belongs to the I/O thread; jobs are shared with the thread that they run on. Shared
/// itself: with what is posted, which may come when the pool has gone.
struct WorkerPool::State : std::enable_shared_from_this<State> {
  State(const asio::any_io_executor& io_executor, std::size_t count)
      : executor(io_executor), threads(count), free_threads(count) {}

  void start_waiting() {
    while (free_threads > 0 && !line.empty()) {
      auto job = std::move(line.front());
      line.pop_front();
      --free_threads;
      running.insert(job);
      asio::post(threads, [state = shared_from_this(), job = std::move(job)]() mutable {
        execute(*job);
        auto& io_thread = state->executor;
        asio::post(io_thread,
                   [state = std::move(state), job = std::move(job)] { state->finish(job); });
      });
    }
  }

  static void execute(Job& job) {
    give_way();
    try {
      job.work(job.stop.get_token());
    } catch (...) {  // thrown again where the caller waits
      job.failure = std::current_exception();
    }
    job.work = nullptr;
  }

  void finish(const std::shared_ptr<Job>& job) {
    running.erase(job);
    bytes -= job->bytes;
    ++free_threads;
    job->has_ended = true;
    job->ended.notify();
    start_waiting();
  }

  /// Nobody waits for it any more.
  void abandon(const std::shared_ptr<Job>& job) {
    job->stop.request_stop();
    if (std::erase(line, job) > 0) bytes -= job->bytes;
  }

  asio::any_io_executor executor;
  asio::thread_pool threads;
  std::size_t free_threads;
  std::size_t bytes = 0;
  std::deque<std::shared_ptr<Job>> line;
  std::set<std::shared_ptr<Job>> running;
};

/// Gives the job up unless it has ended when the one who waits for it goes.
class WorkerPool::Waiter {
 public:
  Waiter(State& state, const std::shared_ptr<Job>& job) : state_(state), job_(job) {}
  Waiter(const Waiter&) = delete;
  Waiter& operator=(const Waiter&) = delete;
  ~Waiter() {
    if (!job_->has_ended) state_.abandon(job_);
  }

 private:
  State& state_;
  const std::shared_ptr<Job>& job_;
};

WorkerPool::WorkerPool(const asio::any_io_executor& executor, Limits limits)
    : limits_(limits), state_(std::make_shared<State>(executor, limits.threads)) {}

WorkerPool::~WorkerPool() {
  assert(state_->line.empty());
  for (const auto& job : state_->running) job->stop.request_stop();
  state_->threads.join();
}

asio::awaitable<Result<void>> WorkerPool::execute(std::size_t bytes, Work work) {
  // Whoever comes to an empty pool is served, however much memory it needs.
  const bool is_idle = state_->line.empty() && state_->running.empty();
  const bool has_room =
      state_->line.size() < limits_.waiting && state_->bytes + bytes <= limits_.bytes;
  if (!is_idle && !has_room) {
    constexpr std::size_t megabyte = 1'000'000;
    co_return fail(
        ErrorCode::overloaded,
        fmt::format("{} of the bridge's media threads wait already, which hold {} MB in "
                    "memory; try again in a moment",
                    base::counted(state_->line.size(), "task"), state_->bytes / megabyte));
  }
  const auto job = std::make_shared<Job>(state_->executor, bytes, std::move(work));
  state_->bytes += bytes;
  state_->line.push_back(job);
  state_->start_waiting();
  const Waiter waiter(*state_, job);
  while (!job->has_ended) co_await job->ended.wait();
  if (job->failure) std::rethrow_exception(job->failure);
  co_return Result<void>();
}

std::size_t WorkerPool::waiting() const {
  return state_->line.size();
}

std::size_t WorkerPool::running() const {
  return state_->running.size();
}

std::size_t WorkerPool::bytes() const {
  return state_->bytes;
}

}  // namespace lmbridge::media
