// HTTP requests and responses as plain values; what the rest of the daemon sees of HTTP.
#pragma once

#include "http/peer.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace lmbridge::http {

/// In the order of the message; names compare without regard to case.
class Headers {
 public:
  using Entry = std::pair<std::string, std::string>;

  Headers() = default;
  Headers(std::initializer_list<Entry> entries) : entries_(entries) {}

  void add(std::string name, std::string value) {
    entries_.emplace_back(std::move(name), std::move(value));
  }
  /// The first one's value.
  [[nodiscard]] std::optional<std::string_view> get(std::string_view name) const;
  [[nodiscard]] std::size_t count(std::string_view name) const;
  [[nodiscard]] const std::vector<Entry>& entries() const { return entries_; }

 private:
  std::vector<Entry> entries_;
};

struct Request {
  /// Ours, unique; goes into logs and the x-request-id header.
  std::string id;
  std::string method;
  /// The target's path as it came, percent-encoded, e.g. "/v1/models/a%2Fb".
  std::string path;
  /// Behind the "?", as it came.
  std::string query;
  Headers headers;
  std::string body;
  /// Where it came over a unix socket.
  std::optional<Peer> peer = std::nullopt;
  /// Where it came from over TCP, for the log: "127.0.0.1:53712", or a proxy's.
  std::string address = {};
};

struct Response {
  unsigned status = 200;
  Headers headers;
  std::string body;
};

/// A response of content type application/json.
Response json_response(unsigned status, std::string body);

/// "%2F" and the like decoded; nullopt when an escape is cut or is not hexadecimal.
std::optional<std::string> percent_decoded(std::string_view text);

}  // namespace lmbridge::http
