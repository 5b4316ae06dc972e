// The lock that full Chromium leaves in its profile's directory when it crashes.
#pragma once

#include "base/error.hpp"
#include "base/log.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <chrono>
#include <filesystem>

namespace lmbridge::cdp {

/// Makes sure that no browser uses the profile `directory`, and removes SingletonLock,
/// SingletonCookie and SingletonSocket when one has left them there: when the lock is of this
/// machine and its process is gone, or is another program by now. The headless shell has none.
/// Errors: profile_in_use, with who has it and what to do, when a browser does use it, when the
/// lock is of another machine, where nobody can look, or when it can't be read; nothing is removed
/// then. browser_start_failed when a lock that nobody holds can't be removed. Reads /proc.
Result<void> clear_stale_singleton(const std::filesystem::path& directory);

/// The same, but a browser of this machine that uses the profile gets `patience` to end: the one of
/// a daemon that was killed is still on its way out when the next daemon starts. I/O thread only.
boost::asio::awaitable<Result<void>> wait_for_free_profile(boost::asio::any_io_executor executor,
                                                           std::filesystem::path directory,
                                                           std::chrono::milliseconds patience,
                                                           base::Log& log);

}  // namespace lmbridge::cdp
