#include "cdp/virtual_display.hpp"

#include "base/new_file.hpp"
#include "base/random.hpp"
#include "cdp/last_words.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <fmt/format.h>

#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <string_view>
#include <utility>

namespace lmbridge::cdp {
namespace asio = boost::asio;
namespace fs = std::filesystem;
using asio::awaitable;
using namespace std::chrono_literals;
using std::chrono::steady_clock;

namespace {

constexpr const char* server = "/usr/bin/Xvfb";
/// Of util-linux, which every Debian has.
constexpr const char* guard = "/usr/bin/setpriv";

bool is_set(const char* name) {
  const char* value = std::getenv(name);
  return value != nullptr && *value != '\0';
}

/// A field of a file of secrets: its length in two bytes, the greater first, and its bytes.
std::string counted(std::string_view text) {
  std::string field{static_cast<char>(text.size() >> 8U), static_cast<char>(text.size() & 0xFFU)};
  return field.append(text);
}

/// One entry as xauth(1) writes them (libXau, AuWrite.c): family, address, display, scheme, secret.
/// The family is the one that stands for every address.
std::string authority_entry() {
  constexpr std::size_t secret_bytes = 16;
  return "\xFF\xFF" + counted("") + counted("") + counted("MIT-MAGIC-COOKIE-1") +
         counted(base::random_bytes(secret_bytes));
}

Result<fs::path> write_authority(const fs::path& directory) {
  auto path = directory / "lmbridged.Xauthority";
  base::NewFile file(path);
  if (file.is_open() && file.write_all(authority_entry()) && file.take_place()) return path;
  return fail(ErrorCode::browser_start_failed,
              fmt::format("{} can't be written: {}", path.string(), std::strerror(errno)));
}

/// It ends with the thread that starts it, however that ends, and takes its socket and its lock
/// along.
std::vector<std::string> command_line(const fs::path& authority) {
  return {guard,         "--pdeathsig",      "TERM",      "--",  server,     "-displayfd", "3",
          "-auth",       authority.string(), "-nolisten", "tcp", "-noreset", "-screen",    "0",
          "1280x1024x24"};
}

}  // namespace

bool has_display() {
  return is_set("DISPLAY") || is_set("WAYLAND_DISPLAY");
}

awaitable<Result<std::unique_ptr<VirtualDisplay>>> VirtualDisplay::start(
    asio::any_io_executor executor, fs::path directory, steady_clock::duration timeout,
    base::Log& log) {
  if (access(server, X_OK) != 0) {
    co_return fail(ErrorCode::browser_not_found,
                   "browser.mode is \"headed\", and there is no display: install the package xvfb "
                   "(apt install xvfb), or start lmbridged where DISPLAY is set");
  }
  const auto authority = write_authority(directory);
  if (!authority) co_return std::unexpected(authority.error());
  auto started = Process::start(executor, command_line(*authority));
  if (!started) co_return std::unexpected(started.error());
  auto display = std::make_unique<VirtualDisplay>(executor, *std::move(started), *authority, log);
  Result<void> listens;
  std::exception_ptr cancelled;
  try {
    listens = co_await display->wait_until_it_listens(timeout);
  } catch (...) {  // thrown again once the process is gone
    cancelled = std::current_exception();
  }
  if (!cancelled && listens) co_return display;
  // Otherwise a cancelled task could not even begin to wait for the clean-up.
  co_await asio::this_coro::throw_if_cancelled(false);
  co_await display->close();
  co_await asio::this_coro::throw_if_cancelled(true);
  if (cancelled) std::rethrow_exception(cancelled);
  co_return std::unexpected(listens.error());
}

VirtualDisplay::VirtualDisplay(const asio::any_io_executor& executor, Process::Started started,
                               fs::path authority, base::Log& log)
    : process_(std::move(started.process)),
      pipe_(std::move(started.pipe)),
      authority_(std::move(authority)),
      tasks_(executor, log),
      changed_(executor) {
  tasks_.spawn("Xvfb exit", [this] { return process_->watch(); });
  tasks_.spawn("Xvfb stderr", [this] { return process_->read_stderr(); });
  tasks_.spawn("Xvfb display", [this] { return read_name(); });
}

std::vector<std::string> VirtualDisplay::variables() const {
  return {"DISPLAY=" + name_, "XAUTHORITY=" + authority_.string()};
}

/// It says which display it has become when it takes clients.
awaitable<void> VirtualDisplay::read_name() {
  constexpr std::size_t longest = 16;
  std::string text;
  const auto [error, size] = co_await asio::async_read_until(
      pipe_, asio::dynamic_buffer(text, longest), '\n', asio::as_tuple(asio::use_awaitable));
  if (error) {
    is_silent_ = true;
  } else {
    name_ = ":" + text.substr(0, size - 1);
  }
  changed_.notify();
}

awaitable<Result<void>> VirtualDisplay::wait_until_it_listens(steady_clock::duration timeout) {
  const auto deadline = steady_clock::now() + timeout;
  while (name_.empty() && !is_silent_ && steady_clock::now() < deadline) {
    co_await changed_.wait_until(deadline);
  }
  if (!name_.empty()) co_return Result<void>();
  auto why = std::string("it does not say that it is ready");
  if (is_silent_ && co_await process_->wait_ended(steady_clock::now() + 1s)) {
    why = process_->ending();
  }
  if (const auto said = last_words(process_->stderr_tail()); !said.empty()) {
    why += "; it said: " + said;
  }
  co_return fail(ErrorCode::browser_start_failed, fmt::format("{} did not start: {}", server, why));
}

awaitable<void> VirtualDisplay::close() {
  return base::uncancelled(end());
}

awaitable<void> VirtualDisplay::end() {
  process_->terminate_group();
  if (!co_await process_->wait_ended(steady_clock::now() + 2s)) process_->kill_group();
  co_await process_->wait_ended(steady_clock::now() + 2s);
  co_await tasks_.stop(0s);
  std::error_code ignored;  // the next one is written over it
  fs::remove(authority_, ignored);
}

}  // namespace lmbridge::cdp
