// Answers that tell of what happens, as it happens: a JSON object a line.
#pragma once

#include "base/error.hpp"
#include "http/exchange.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/json/object.hpp>

#include <string_view>

namespace lmbridge::control {

/// Who is told what happens.
class Events {
 public:
  virtual ~Events() = default;
  /// `{"event": name, <fields>}`. An error means that nobody listens any more; what is told of ends
  /// then.
  virtual boost::asio::awaitable<Result<void>> say(std::string_view name,
                                                   boost::json::object fields) = 0;
};

/// I/O thread only. Nothing is sent before the first event, so that what fails until then is
/// answered like any other call; afterwards the last line tells of it.
class EventStream final : public Events {
 public:
  explicit EventStream(http::Exchange& exchange) : exchange_(exchange) {}
  EventStream(const EventStream&) = delete;
  EventStream& operator=(const EventStream&) = delete;

  boost::asio::awaitable<Result<void>> say(std::string_view name,
                                           boost::json::object fields) override;

  /// Ends the answer; one that has failed with `{"event":"error","error":{"code","message"}}`, or,
  /// before the first event, with the status of that error.
  boost::asio::awaitable<void> end(const Result<void>& outcome);

 private:
  boost::asio::awaitable<Result<void>> send(const boost::json::object& line);

  http::Exchange& exchange_;
};

}  // namespace lmbridge::control
