// Where DevTools messages come from and go to.
#pragma once

#include "base/error.hpp"

#include <boost/asio/awaitable.hpp>

#include <string_view>

namespace lmbridge::cdp {

/// One reader and one writer at a time, I/O thread only.
class Transport {
 public:
  virtual ~Transport() = default;

  /// The next message, valid until the next receive(); an error at the end of the stream.
  virtual boost::asio::awaitable<Result<std::string_view>> receive() = 0;

  /// Writes one or several whole messages, each with its NUL.
  virtual boost::asio::awaitable<Result<void>> send(std::string_view messages) = 0;

  /// Ends the stream; a browser on the other side closes itself.
  virtual void close() = 0;
};

}  // namespace lmbridge::cdp
