#include "cdp/browser.hpp"

#include "cdp/last_words.hpp"
#include "cdp/pipe_transport.hpp"
#include "cdp/profile_singleton.hpp"
#include "cdp/protocol.hpp"
#include "cdp/web_socket_transport.hpp"

#include <fmt/format.h>

#include <filesystem>
#include <utility>
#include <vector>

namespace lmbridge::cdp {
namespace asio = boost::asio;
namespace chrono = std::chrono;
using namespace std::chrono_literals;
using chrono::steady_clock;

namespace {

/// It is there within a tenth of a second, as a rule.
constexpr auto display_timeout = 10s;

}  // namespace

Browser::Browser(const asio::any_io_executor& executor, Parts parts, base::Log& log)
    : log_(log),
      process_(std::move(parts.process)),
      display_(std::move(parts.display)),
      connection_(executor, std::move(parts.transport), log),
      tasks_(executor, log),
      gone_changed_(executor) {
  if (process_) {
    tasks_.spawn("browser exit", [this] { return process_->watch(); });
    tasks_.spawn("browser stderr", [this] { return process_->read_stderr(); });
  }
  tasks_.spawn("DevTools reader", [this] { return serve(); });
  tasks_.spawn("DevTools writer", [this] { return connection_.write_loop(); });
}

asio::awaitable<Result<std::unique_ptr<Browser>>> Browser::open(asio::any_io_executor executor,
                                                                BrowserOptions options,
                                                                Duration start_timeout,
                                                                base::Log& log) {
  return options.mode == BrowserMode::attach
             ? attach(std::move(executor), std::move(options), start_timeout, log)
             : launch(std::move(executor), std::move(options), start_timeout, log);
}

asio::awaitable<Result<std::unique_ptr<Browser>>> Browser::attach(asio::any_io_executor executor,
                                                                  BrowserOptions options,
                                                                  Duration start_timeout,
                                                                  base::Log& log) {
  auto address = base::read_devtools_address(options.address);
  if (!address) {
    co_return fail(ErrorCode::browser_gone, "browser.address can't be used", address.error());
  }
  const auto deadline = steady_clock::now() + start_timeout;
  auto transport = co_await connect_web_socket(executor, *std::move(address), start_timeout);
  if (!transport) {
    // What was cancelled on the way is no failure of the browser.
    const auto state = co_await asio::this_coro::cancellation_state;
    if (state.cancelled() != asio::cancellation_type::none) {
      throw boost::system::system_error(asio::error::operation_aborted);
    }
    co_return std::unexpected(std::move(transport).error());
  }
  auto browser =
      std::make_unique<Browser>(executor, Parts{.transport = *std::move(transport)}, log);
  if (auto greeted = co_await browser->greet(deadline - steady_clock::now()); !greeted) {
    co_return fail(ErrorCode::browser_gone,
                   fmt::format("the browser at {} does not answer", options.address),
                   std::move(greeted).error());
  }
  co_return browser;
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
  Parts parts;
  std::vector<std::string> variables;
  if (options.mode == BrowserMode::headed && !has_display()) {
    auto display =
        co_await VirtualDisplay::start(executor, options.user_data_dir, display_timeout, log);
    if (!display) co_return std::unexpected(std::move(display).error());
    parts.display = *std::move(display);
    variables = parts.display->variables();
    // Whatever else there is on this machine.
    options.args.insert(options.args.begin(), "--ozone-platform=x11");
  }
  auto started = Process::start(executor, command_line(options, *executable), variables);
  if (!started) {
    if (parts.display) {
      co_await asio::this_coro::throw_if_cancelled(false);
      co_await parts.display->close();
      co_await asio::this_coro::throw_if_cancelled(true);
    }
    co_return std::unexpected(started.error());
  }
  parts.process = std::move(started->process);
  parts.transport = std::make_unique<PipeTransport>(std::move(started->pipe));
  auto browser = std::make_unique<Browser>(executor, std::move(parts), log);
  if (auto greeted = co_await browser->greet(start_timeout); !greeted) {
    co_return fail(ErrorCode::browser_start_failed,
                   fmt::format("{} did not start: {}", *executable, greeted.error().message));
  }
  co_return browser;
}

/// Waits until it says who it is. One that does not is gone afterwards.
asio::awaitable<Result<void>> Browser::greet(Duration timeout) {
  Result<browser::GetVersion::Reply> version;
  std::exception_ptr cancelled;
  try {
    version = co_await connection_.call("", browser::GetVersion{}, timeout);
  } catch (...) {  // thrown again once the process is gone
    cancelled = std::current_exception();
  }
  if (!cancelled && version) {
    product_ = std::move(version->product);
    co_return Result<void>();
  }
  const auto said = process_ ? last_words(process_->stderr_tail()) : std::string();
  // Otherwise a cancelled task could not even begin to wait for the clean-up.
  co_await asio::this_coro::throw_if_cancelled(false);
  co_await close(1s);
  co_await asio::this_coro::throw_if_cancelled(true);
  if (cancelled) std::rethrow_exception(cancelled);
  auto reason = std::move(version).error();
  // wait_gone()'s reason carries the end of stderr already.
  if (reason.code == ErrorCode::timed_out && !said.empty()) reason.message += "; it said: " + said;
  co_return std::unexpected(std::move(reason));
}

std::optional<pid_t> Browser::pid() const {
  return process_ ? std::optional(process_->pid()) : std::nullopt;
}

/// Reads until the connection ends, then finds out why before anybody is told.
asio::awaitable<void> Browser::serve() {
  const auto error = co_await connection_.read_loop();
  auto message = process_ ? co_await last_message(error.message)
                          : "the connection to the browser is gone: " + error.message;
  gone_ = Error{.code = ErrorCode::browser_gone, .message = std::move(message)};
  connection_.fail_all(*gone_);
  gone_changed_.notify();
}

/// Of a process of ours, which is gone afterwards.
asio::awaitable<std::string> Browser::last_message(std::string connection_error) {
  if (!co_await process_->wait_ended(steady_clock::now() + 1s)) {
    // The pipe is gone but the process is not: it can't be used any more.
    process_->kill_group();
    co_await process_->wait_ended(steady_clock::now() + 1s);
  }
  auto message = "the browser is gone: " +
                 (process_->ending().empty() ? connection_error : process_->ending());
  if (const auto said = last_words(process_->stderr_tail()); !said.empty()) {
    message += "; it said: " + said;
  }
  co_return message;
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

void Browser::ask_to_close() {
  if (process_) {
    connection_.post("", browser::Close{});
  } else {
    connection_.close();
  }
}

void Browser::kill() {
  if (process_) {
    process_->kill_group();
  } else {
    connection_.close();
  }
}

asio::awaitable<void> Browser::close_in_order(Duration grace) {
  if (!gone_) {
    ask_to_close();
    co_await wait_gone_until(steady_clock::now() + grace);
  }
  if (!gone_) {
    connection_.close();
    co_await wait_gone_until(steady_clock::now() + 3s);
  }
  if (!gone_ && process_) {
    log_.warning("the browser did not close; killing it", {{"pid", process_->pid()}});
    process_->kill_group();
    co_await wait_gone_until(steady_clock::now() + 3s);
  }
  co_await tasks_.stop(0s);
  if (display_) co_await display_->close();
}

}  // namespace lmbridge::cdp
