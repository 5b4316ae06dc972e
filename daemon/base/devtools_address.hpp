// Where a browser that somebody else runs listens for DevTools clients.
#pragma once

#include "base/error.hpp"

#include <string>
#include <string_view>

namespace lmbridge::base {

struct DevToolsAddress {
  /// A name or an address; of IPv6 without brackets.
  std::string host;
  std::string port;
  /// Path and query of the browser's WebSocket; empty when it has to be asked for: it changes with
  /// every start of a browser.
  std::string target;

  /// "host:port", for people and for the Host header.
  [[nodiscard]] std::string authority() const;
  bool operator==(const DevToolsAddress&) const = default;
};

/// Reads "ws://127.0.0.1:9222/devtools/browser/<id>", as a browser prints it when it starts, or
/// "ws://127.0.0.1:9222" and "http://127.0.0.1:9222", where it is asked for the rest. Errors:
/// invalid_request, which says what is wrong with it.
Result<DevToolsAddress> read_devtools_address(std::string_view text);

}  // namespace lmbridge::base
