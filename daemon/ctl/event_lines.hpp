// Answers that tell of what happens, a JSON object a line.
#pragma once

#include "ctl/session.hpp"

#include <boost/json/object.hpp>

#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace lmbridge::ctl {

/// Reads them from the bytes that come. Sans-IO.
class EventLines {
 public:
  /// Told of each event but errors: its name and the whole object.
  using Sink = std::function<void(std::string_view name, const boost::json::object& event)>;

  explicit EventLines(Sink sink) : sink_(std::move(sink)) {}

  void take(std::string_view bytes);

  /// What went wrong, if the last event says so.
  [[nodiscard]] const std::optional<Trouble>& trouble() const { return trouble_; }

 private:
  void take_line(std::string_view line);

  Sink sink_;
  std::string rest_;
  std::optional<Trouble> trouble_;
};

/// Asks, and passes each event on as it comes: with --json it is printed as it is, else `show` is
/// told of it. The answer may take as long as it will.
ExitCode follow(Session& session, Call call, const EventLines::Sink& show);

}  // namespace lmbridge::ctl
