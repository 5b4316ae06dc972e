#include "bridge/job.hpp"

#include <utility>

namespace lmbridge::bridge {

void Job::on_head(ResponseHead head) {
  head_ = std::move(head);
  body_.reset();
  news_.notify();
}

void Job::on_text(std::string_view text, std::size_t units) {
  text_ += text;
  waiting_units_ += units;
  news_.notify();
}

void Job::finish(Result<void> ending) {
  if (ending_) return;
  ending_ = std::move(ending);
  news_.notify();
}

std::string Job::take_text() {
  taken_units_ += std::exchange(waiting_units_, 0);
  return std::exchange(text_, {});
}

void Job::acknowledge() {
  if (ending_ || taken_units_ < job_grant) return;
  host_.grant(id_, std::exchange(taken_units_, 0));
}

}  // namespace lmbridge::bridge
