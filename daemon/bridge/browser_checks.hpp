// What can be found out about a browser that runs, for who wants to know whether all is well.
#pragma once

#include "base/error.hpp"
#include "base/log.hpp"
#include "cdp/browser.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <chrono>
#include <filesystem>
#include <memory>

namespace lmbridge::bridge {

/// How the processes that run web pages are shut in, as the kernel tells it.
struct SandboxState {
  std::size_t renderers = 0;
  /// System calls are filtered in all of them (seccomp mode 2 of proc(5)).
  bool filters_calls = false;
  /// All of them are in namespaces of their own.
  bool has_namespaces = false;

  [[nodiscard]] bool is_on() const { return renderers > 0 && filters_calls && has_namespaces; }
};

/// Reads /proc, `proc` in tests, for some milliseconds.
SandboxState sandbox_of(pid_t browser, const std::filesystem::path& proc = "/proc");

/// Opens a page with a script, has the script call its binding, and closes the page: the whole way
/// that a request takes, but for the site. How long the page took from its load to the call. Errors
/// name the part of the way that failed. I/O thread only.
boost::asio::awaitable<Result<std::chrono::milliseconds>> measure_round_trip(
    boost::asio::any_io_executor executor, std::shared_ptr<cdp::Browser> browser,
    cdp::Duration timeout);

}  // namespace lmbridge::bridge
