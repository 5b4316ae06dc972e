// The line in which requests wait for a free place in a page.
#pragma once

#include "bridge/ticket.hpp"

#include <cstddef>
#include <deque>
#include <list>
#include <string>
#include <vector>

namespace lmbridge::bridge {

/// Callers (API keys) are served in turn, so that none of them holds up the others; the requests of
/// one caller in the order in which they arrived, also when they come back after a failed try. I/O
/// thread only; tickets outlive their stay in it.
class WaitingLine {
 public:
  struct Limits {
    std::size_t requests = 500;
    /// Of all requests that wait, in bytes.
    std::size_t bytes = 256UL * 1024 * 1024;
  };

  explicit WaitingLine(Limits limits) : limits_(limits) {}

  /// Whether a request of so many bytes may still join. One that comes back has its place: it was
  /// let in before.
  [[nodiscard]] bool has_room(std::size_t bytes) const;
  void join(Ticket& ticket);
  /// Nothing happens when it is not in the line.
  void leave(const Ticket& ticket);
  /// Takes out whose turn it is; nullptr when nobody waits.
  Ticket* call_next();
  /// Takes out all.
  std::vector<Ticket*> dismiss();

  [[nodiscard]] std::size_t size() const { return size_; }
  [[nodiscard]] bool empty() const { return size_ == 0; }
  [[nodiscard]] const Limits& limits() const { return limits_; }
  /// How many will have been called when `ticket` has: 1 is the next. 0 when it does not wait.
  [[nodiscard]] std::size_t place_of(const Ticket& ticket) const;
  /// The first `most`, in the order in which they will be called.
  [[nodiscard]] std::vector<const Ticket*> first(std::size_t most) const;

 private:
  /// The requests of one caller; never empty.
  struct Caller {
    std::string name;
    std::deque<Ticket*> tickets;
  };

  Limits limits_;
  /// In the order of their turns.
  std::list<Caller> callers_;
  std::size_t size_ = 0;
  std::size_t bytes_ = 0;
};

}  // namespace lmbridge::bridge
