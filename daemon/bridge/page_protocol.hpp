// What the daemon and the page script say to each other; the other half is bridge_js/src.
#pragma once

#include "base/error.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace lmbridge::bridge {

/// Numbers a request in the page; never used twice by one daemon.
using JobId = std::int64_t;

/// A request that the page shall make.
struct Order {
  /// On the page's own origin; of a file it may be a link to anywhere.
  std::string path;
  std::string method;
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body = {};
  /// The response is a file, whose text will be base64; it has no body, and redirects are followed.
  bool is_file = false;
};

/// The order as the argument of the script's start(); without its body for startWithFile().
std::string encode_order(JobId id, const Order& order, std::size_t credit, bool with_body = true);

/// The parts of a response's head that somebody reads.
struct ResponseHead {
  int status = 0;
  std::string content_type;
  std::string retry_after;
};

/// What is known of a document when the script begins to run in it.
struct DocumentHead {
  std::string_view url;
  /// The HTTP status that it came with, 0 when unknown.
  int status = 0;
  /// By which it came, e.g. "h2" (the ALPN id); empty when unknown.
  std::string_view protocol;
};

/// Takes what the script says, in order; called from read_page_payload().
class PageListener {
 public:
  virtual ~PageListener() = default;
  /// The script runs in a new document. Views live for the call, here and below.
  virtual void on_hello(const DocumentHead& document) = 0;
  /// The document is complete; `source` is its beginning.
  virtual void on_loaded(std::string_view source) = 0;
  /// The page speaks this with its origin, not what it spoke before.
  virtual void on_protocol(std::string_view protocol) = 0;
  virtual void on_head(JobId id, ResponseHead head) = 0;
  /// `units` is what the text costs of the request's credit.
  virtual void on_text(JobId id, std::string_view text, std::size_t units) = 0;
  virtual void on_end(JobId id) = 0;
  /// The site redirected (`redirected`), or the request failed in the network.
  virtual void on_fail(JobId id, bool redirected, std::string_view message) = 0;
};

/// Reads one payload of the binding (format: bridge_js/src/outbox.js) into `listener`. An error,
/// possibly after some events, means that script and daemon do not belong together.
Result<void> read_page_payload(std::string_view payload, PageListener& listener);

/// How many bytes of `text`, which is valid UTF-8, hold its first `units` UTF-16 units.
std::size_t bytes_of_units(std::string_view text, std::size_t units);

}  // namespace lmbridge::bridge
