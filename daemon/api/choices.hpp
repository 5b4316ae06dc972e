// All the answers of one request, which are waited for together.
#pragma once

#include "api/choice.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <deque>

namespace lmbridge::api {

/// I/O thread only. If one fails the request has failed: a client that asked for three answers can
/// do nothing with two.
class Choices {
 public:
  explicit Choices(const boost::asio::any_io_executor& executor) : news_(executor) {}

  /// Asks for one more.
  void add(const Asked& asked) { choices_.emplace_back(asked, news_); }

  [[nodiscard]] std::size_t size() const { return choices_.size(); }
  [[nodiscard]] Choice& at(std::size_t index) { return choices_.at(index); }

  /// Resumes when collecting may be worth it, at `deadline` at the latest.
  boost::asio::awaitable<void> wait(base::Condition::TimePoint deadline);
  void acknowledge();
  /// In the line for a free page, of the one that waits longest; 0 when none waits.
  [[nodiscard]] std::size_t place() const;

  /// All are complete, or one has failed.
  [[nodiscard]] bool over() const;
  /// The first failure, or nullptr.
  [[nodiscard]] const Error* error() const;
  /// The site's counts, else estimates; the prompt counts once, however many answers it has.
  [[nodiscard]] openai::Usage usage(const openai::ChatRequest& request) const;

 private:
  base::Condition news_;
  std::deque<Choice> choices_;
};

}  // namespace lmbridge::api
