#include "journal/recent.hpp"

#include <utility>

namespace lmbridge::journal {

void Recent::note(Answer answer) {
  last_answer_ = std::move(answer);
  ++answered_;
}

void Recent::note(Failure failure) {
  last_failure_ = std::move(failure);
  ++failed_;
}

}  // namespace lmbridge::journal
