// What travels on the DevTools connection: commands out, replies and events in.
#pragma once

#include "base/error.hpp"

#include <boost/json/monotonic_resource.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parser.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace lmbridge::cdp {

/// A message from the browser; views and objects live until the next MessageReader::read().
struct Message {
  /// Set on replies.
  std::optional<std::int64_t> id;
  /// Set on events.
  std::string_view method;
  /// Empty for the browser's own session.
  std::string_view session_id;
  /// `params` of an event, `result` of a reply; empty when absent.
  const boost::json::object* body = nullptr;
  /// Set on replies that say what went wrong.
  std::string_view error_message;
};

/// Parses one message after the other in the same memory.
class MessageReader {
 public:
  MessageReader();

  /// An error for what is not a JSON object with an id or a method.
  Result<Message> read(std::string_view text);

 private:
  /// Enough for nearly every message; longer ones take more for as long as they live.
  std::vector<unsigned char> buffer_;
  std::optional<boost::json::monotonic_resource> memory_;
  boost::json::parser parser_;
  std::optional<boost::json::value> document_;
};

/// Appends the start of a command up to and including `"params":`; the parameters and then
/// finish_command() follow.
void begin_command(std::string& out, std::int64_t id, std::string_view session_id,
                   std::string_view method);

/// Appends the closing brace and the NUL that ends a message on the pipe.
void finish_command(std::string& out);

}  // namespace lmbridge::cdp
