#include "bridge/job.hpp"

#include <utility>

namespace lmbridge::bridge {

void Job::on_head(ResponseHead head) {
  head_ = std::move(head);
  news_ = true;
  changed_.notify();
}

void Job::on_text(std::string_view text, std::size_t units) {
  text_ += text;
  waiting_units_ += units;
  news_ = true;
  changed_.notify();
}

void Job::finish(Result<void> ending) {
  if (ending_) return;
  ending_ = std::move(ending);
  news_ = true;
  changed_.notify();
}

boost::asio::awaitable<void> Job::wait(base::Condition::TimePoint deadline) {
  while (!news_ && std::chrono::steady_clock::now() < deadline) {
    co_await changed_.wait_until(deadline);
  }
  news_ = false;
}

std::string Job::take_text() {
  taken_units_ += std::exchange(waiting_units_, 0);
  return std::exchange(text_, {});
}

void Job::acknowledge() {
  // Each grant is a command to the browser; short answers never need one.
  constexpr std::size_t worth_a_command = job_credit / 4;
  if (ending_ || taken_units_ < worth_a_command) return;
  host_.grant(id_, std::exchange(taken_units_, 0));
}

}  // namespace lmbridge::bridge
