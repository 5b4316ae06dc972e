// The pages of a browser: which there are, and opening and closing them for an operator.
#pragma once

#include "base/error.hpp"
#include "cdp/connection.hpp"

#include <boost/asio/awaitable.hpp>

#include <string>
#include <vector>

namespace lmbridge::bridge {

/// Of all contexts.
struct PageSummary {
  /// By which the page is known in every command, e.g. "5D32A1...".
  std::string id;
  std::string url;
  std::string title;
  std::string browser_context_id;
  /// Of the page that has opened it, if one has.
  std::string opener_id = {};
};

/// All of them, in the browser's order. I/O thread only, as everything here.
boost::asio::awaitable<Result<std::vector<PageSummary>>> list_pages(cdp::Connection& connection,
                                                                    cdp::Duration timeout);

/// The page whose id begins with `id`; with "" the only one that there is. not_found and
/// invalid_request say which there are.
boost::asio::awaitable<Result<PageSummary>> find_page(cdp::Connection& connection, std::string id,
                                                      cdp::Duration timeout);

/// A page that the daemon does not work in, in the same context as its first one, so signed in as
/// it is; see page_address() for `address`. Returns its id at once, while it is being loaded.
boost::asio::awaitable<Result<std::string>> open_page(cdp::Connection& connection,
                                                      std::string address, cdp::Duration timeout);

/// Returns when it is gone. The daemon opens pages of its own anew when they are closed.
boost::asio::awaitable<Result<void>> close_page(cdp::Connection& connection, std::string id,
                                                cdp::Duration timeout);

}  // namespace lmbridge::bridge
