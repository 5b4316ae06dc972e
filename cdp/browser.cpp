#include "cdp/browser.hpp"

#include "cdp/last_words.hpp"
#include "cdp/pipe_transport.hpp"
#include "cdp/profile_singleton.hpp"
#include "cdp/protocol.hpp"

#include <fmt/format.h>

#include <filesystem>
#include <utility>

namespace lmbridge::cdp {
namespace asio = boost::asio;
namespace chrono = std::chrono;
using namespace std::chrono_literals;
using chrono::steady_clock;

Browser::Browser(const asio::any_io_executor& executor, std::unique_ptr<Process> process,
                 std::unique_ptr<Transport> transport, base::Log& log)
    : log_(log),
      process_(std::move(process)),
      connection_(executor, std::move(transport), log),
      tasks_(executor, log),
      gone_changed_(executor) {
  tasks_.spawn("browser exit", [this] { return process_->watch(); });
  tasks_.spawn("browser stderr", [this] { return process_->read_stderr(); });
  tasks_.spawn("DevTools reader", [this] { return serve(); });
  tasks_.spawn("DevTools writer", [this] { return connection_.write_loop(); });
}

asio::awaitable<Result<std::unique_ptr<Browser>>> Browser::launch(asio::any_io_executor executor,
                                                                  BrowserOptions options,
                                                                  Duration start_timeout,
                                                                  base::Log& log) {
  const auto executable = find_executable(options);
  if (!executable) co_return std::unexpected(executable.error());
  std::error_code error;
  std::filesystem::create_directories(options.user_data_dir, error);
  if (error) {
    co_return fail(ErrorCode::browser_start_failed,
                   fmt::format("the browser's profile directory {} can't be made: {}",
                               options.user_data_dir, error.message()));
  }
  auto profile = co_await wait_for_free_profile(executor, options.user_data_dir, 3s, log);
  if (!profile) co_return std::unexpected(std::move(profile).error());
  auto started = Process::start(executor, command_line(options, *executable));
  if (!started) co_return std::unexpected(started.error());

  auto browser =
      std::make_unique<Browser>(executor, std::move(started->process),
                                std::make_unique<PipeTransport>(std::move(started->pipe)), log);
  Result<browser::GetVersion::Reply> version;
  std::exception_ptr cancelled;
  try {
    version = co_await browser->connection_.call("", browser::GetVersion{}, start_timeout);
  } catch (...) {  // thrown again once the process is gone
    cancelled = std::current_exception();
  }
  if (cancelled || !version) {
    const auto said = last_words(browser->process_->stderr_tail());
    // Otherwise a cancelled task could not even begin to wait for the clean-up.
    co_await asio::this_coro::throw_if_cancelled(false);
    co_await browser->close(1s);
    co_await asio::this_coro::throw_if_cancelled(true);
    if (cancelled) std::rethrow_exception(cancelled);
    auto reason = std::move(version).error();
    // wait_gone()'s reason carries the end of stderr already.
    if (reason.code == ErrorCode::timed_out && !said.empty()) {
      reason.message += "; it said: " + said;
    }
    co_return fail(ErrorCode::browser_start_failed,
                   fmt::format("{} did not start: {}", *executable, reason.message));
  }
  browser->product_ = std::move(version->product);
  co_return browser;
}

/// Reads until the pipe ends, then finds out why before anybody is told.
asio::awaitable<void> Browser::serve() {
  const auto pipe_error = co_await connection_.read_loop();
  if (!co_await process_->wait_ended(steady_clock::now() + 1s)) {
    // The pipe is gone but the process is not: it can't be used any more.
    process_->kill_group();
    co_await process_->wait_ended(steady_clock::now() + 1s);
  }
  auto message = process_->ending().empty() ? "the browser is gone: " + pipe_error.message
                                            : "the browser is gone: " + process_->ending();
  if (const auto said = last_words(process_->stderr_tail()); !said.empty()) {
    message += "; it said: " + said;
  }
  gone_ = Error{.code = ErrorCode::browser_gone, .message = std::move(message)};
  connection_.fail_all(*gone_);
  gone_changed_.notify();
}

asio::awaitable<void> Browser::wait_gone_until(steady_clock::time_point deadline) {
  while (!gone_ && steady_clock::now() < deadline) co_await gone_changed_.wait_until(deadline);
}

asio::awaitable<Error> Browser::wait_gone() {
  co_await wait_gone_until(steady_clock::time_point::max());
  co_return *gone_;
}

asio::awaitable<void> Browser::close(Duration grace) {
  return base::uncancelled(close_in_order(grace));
}

asio::awaitable<void> Browser::close_in_order(Duration grace) {
  if (!gone_) {
    connection_.post("", browser::Close{});
    co_await wait_gone_until(steady_clock::now() + grace);
  }
  if (!gone_) {
    connection_.close();
    co_await wait_gone_until(steady_clock::now() + 3s);
  }
  if (!gone_) {
    log_.warning("the browser did not close; killing it", {{"pid", process_->pid()}});
    process_->kill_group();
    co_await wait_gone_until(steady_clock::now() + 3s);
  }
  co_await tasks_.stop(0s);
}

}  // namespace lmbridge::cdp
