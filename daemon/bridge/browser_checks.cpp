#include "bridge/browser_checks.hpp"

#include "base/condition.hpp"
#include "bridge/page_list.hpp"
#include "cdp/page.hpp"
#include "cdp/process_group.hpp"

#include <fmt/format.h>

#include <fstream>
#include <string>
#include <utility>

namespace lmbridge::bridge {
namespace asio = boost::asio;
namespace fs = std::filesystem;
using asio::awaitable;
using std::chrono::steady_clock;

namespace {

constexpr const char* world = "lmbridge_check";
constexpr const char* binding = "lmbridgeCheck";

/// Hears the script.
class Listener final : public cdp::PageObserver {
 public:
  explicit Listener(const asio::any_io_executor& executor) : changed_(executor) {}

  /// False when nothing has come at `deadline`, or the page is gone.
  awaitable<bool> hear(steady_clock::time_point deadline) {
    while (!has_heard_ && !is_over_ && steady_clock::now() < deadline) {
      co_await changed_.wait_until(deadline);
    }
    co_return has_heard_;
  }

  void on_binding(std::string_view) override {
    has_heard_ = true;
    changed_.notify();
  }
  void on_world_gone() override {}
  void on_crashed() override { end(); }
  void on_closed() override { end(); }
  void on_connection_ended() override { end(); }

 private:
  void end() {
    is_over_ = true;
    changed_.notify();
  }

  base::Condition changed_;
  bool has_heard_ = false;
  bool is_over_ = false;
};

/// Closes the page, however its task ends; of one that is closed the browser says so, in vain.
class Closer {
 public:
  Closer(cdp::Connection& connection, std::string target_id)
      : connection_(connection), target_id_(std::move(target_id)) {}
  Closer(const Closer&) = delete;
  Closer& operator=(const Closer&) = delete;
  ~Closer() { connection_.post("", cdp::target::CloseTarget{.target_id = target_id_}); }

 private:
  cdp::Connection& connection_;
  std::string target_id_;
};

std::string seccomp_mode(const fs::path& process) {
  std::ifstream status(process / "status");
  constexpr std::string_view key = "Seccomp:\t";
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with(key)) return line.substr(key.size());
  }
  return "";
}

/// Of process ids, which both of Chromium's sandboxes set up anew; "" where it can't be seen.
std::string name_space(const fs::path& process) {
  std::error_code error;
  return fs::read_symlink(process / "ns" / "pid", error).string();
}

}  // namespace

SandboxState sandbox_of(pid_t browser, const fs::path& proc) {
  SandboxState state{.filters_calls = true, .has_namespaces = true};
  const auto own = proc / fmt::to_string(browser);
  for (const auto& process : cdp::processes_of_group(browser, proc)) {
    if (process.type != "renderer") continue;
    ++state.renderers;
    const auto renderer = proc / fmt::to_string(process.pid);
    state.filters_calls = state.filters_calls && seccomp_mode(renderer) == "2";
    // What the kernel does not show us is not ours.
    state.has_namespaces = state.has_namespaces && name_space(renderer) != name_space(own);
  }
  return state;
}

awaitable<Result<std::chrono::milliseconds>> measure_round_trip(
    asio::any_io_executor executor, std::shared_ptr<cdp::Browser> browser, cdp::Duration timeout) {
  const auto deadline = steady_clock::now() + timeout;
  auto& connection = browser->connection();
  auto created = co_await connection.call(
      "", cdp::target::CreateTarget{.url = "about:blank#check", .background = !browser->is_ours()},
      timeout);
  if (!created) {
    co_return fail(created.error().code, "the browser does not open a page", created.error());
  }
  const Closer closer(connection, created->target_id);
  Listener listener(executor);
  const auto page = co_await cdp::Page::attach(
      connection, created->target_id,
      {.name = world, .binding = binding, .script = fmt::format("{}('here')", binding)}, listener,
      timeout);
  if (!page) {
    co_return fail(page.error().code, "a script can't be put into a page", page.error());
  }
  const auto begun = steady_clock::now();
  const auto loaded = co_await (*page)->navigate("about:blank", timeout);
  if (!loaded) co_return fail(loaded.error().code, "a page can't be loaded", loaded.error());
  if (!co_await listener.hear(deadline)) {
    co_return fail(ErrorCode::timed_out, "the script that was put into a page did not call back");
  }
  const auto took = steady_clock::now() - begun;
  // Nobody shall find it in a list of pages afterwards.
  const auto closed = co_await close_page(connection, created->target_id, timeout);
  if (!closed) co_return fail(closed.error().code, "a page can't be closed", closed.error());
  co_return std::chrono::duration_cast<std::chrono::milliseconds>(took);
}

}  // namespace lmbridge::bridge
