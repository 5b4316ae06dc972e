// DevTools commands and events by which the requests of a page are seen; see protocol.hpp. Only
// while somebody looks: they double what the browser says.
#pragma once

#include "cdp/protocol.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace lmbridge::cdp::network {

struct Enable {
  static constexpr std::string_view method = "Network.enable";
  /// Bytes of the longest body that an event shows.
  std::int64_t max_post_data_size = 65'536;
  void append_parameters(std::string& out) const;
  using Reply = NoReply;
};

struct RequestWillBeSent {
  static constexpr std::string_view method = "Network.requestWillBeSent";
  std::string_view request_id;
  std::string_view document_url;
  std::string_view url;
  std::string_view request_method;
  /// Empty when there is none, or when it is too long for an event.
  std::string_view post_data;
  bool has_post_data = false;
  /// Of the scripts on the stack that made the request; what was awaited is not on it.
  std::vector<std::string_view> script_urls;
  static RequestWillBeSent read(const Fields& fields);
};

/// The body of a request, for those that events do not show.
struct GetRequestPostData {
  static constexpr std::string_view method = "Network.getRequestPostData";
  std::string request_id;
  void append_parameters(std::string& out) const;
  struct Reply {
    std::string post_data;
    static Reply read(const Fields& fields);
  };
};

}  // namespace lmbridge::cdp::network
