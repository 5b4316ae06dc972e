// What the daemon waits for a person to do in a page, as a live view shows it.
#pragma once

#include "base/condition.hpp"

#include <set>
#include <string>
#include <utility>

namespace lmbridge::live {

/// I/O thread only.
class WaitingFor {
 public:
  /// A sentence such as "Click Retry under an answer."; empty when there is nothing.
  void set(std::string text) {
    text_ = std::move(text);
    for (auto* news : listeners_) news->notify();
  }
  [[nodiscard]] const std::string& text() const { return text_; }

  /// `news` is told of every change until it is forgotten.
  void remember(base::Condition& news) { listeners_.insert(&news); }
  void forget(base::Condition& news) { listeners_.erase(&news); }

 private:
  std::string text_;
  std::set<base::Condition*> listeners_;
};

}  // namespace lmbridge::live
