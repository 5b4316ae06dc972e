// Files that open only inside of the site's session: the page fetches them.
#pragma once

#include "bridge/admission.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <chrono>
#include <cstddef>
#include <string>

namespace lmbridge::bridge {

struct PageFile {
  std::string bytes;
  /// As the server declares it; may be empty, and wrong.
  std::string content_type;
};

struct PageFileLimits {
  std::size_t bytes = 50UL * 1024 * 1024;
  /// In all, with the wait for a place.
  std::chrono::milliseconds time{80'000};
};

/// What `link`, which has passed all checks of links, leads to for the page, with the session's
/// cookies; servers of other origins must allow the page to read it (CORS). It takes a place like
/// any request. Errors: network_error, download_forbidden, download_failed, download_too_large,
/// timed_out, and what ends a wait for a place. I/O thread only.
boost::asio::awaitable<Result<PageFile>> fetch_in_page(Admission& admission, std::string link,
                                                       PageFileLimits limits);

}  // namespace lmbridge::bridge
