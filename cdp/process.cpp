#include "cdp/process.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <fmt/format.h>

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <string_view>

namespace lmbridge::cdp {
namespace asio = boost::asio;
namespace {

constexpr std::size_t stderr_limit = 8UL * 1024;

/// posix_spawn's two option objects.
class SpawnOptions {
 public:
  SpawnOptions() {
    posix_spawn_file_actions_init(&actions_);
    posix_spawnattr_init(&attributes_);
  }
  SpawnOptions(const SpawnOptions&) = delete;
  SpawnOptions& operator=(const SpawnOptions&) = delete;
  ~SpawnOptions() {
    posix_spawn_file_actions_destroy(&actions_);
    posix_spawnattr_destroy(&attributes_);
  }

  /// stderr first: the pipe's own descriptor may be 3 or 4 and is overwritten afterwards.
  void connect(int pipe_fd, int stderr_fd) {
    posix_spawn_file_actions_addopen(&actions_, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_adddup2(&actions_, stderr_fd, STDERR_FILENO);
    posix_spawn_file_actions_adddup2(&actions_, stderr_fd, STDOUT_FILENO);
    posix_spawn_file_actions_adddup2(&actions_, pipe_fd, 3);
    posix_spawn_file_actions_adddup2(&actions_, pipe_fd, 4);
    // Whatever else is open here (connections of clients, for one) is none of the browser's
    // business, and would stay open for as long as it runs.
    posix_spawn_file_actions_addclosefrom_np(&actions_, 5);
  }

  /// A session of its own, and none of the daemon's blocked or ignored signals.
  void detach() {
    sigset_t none;
    sigset_t all;
    sigemptyset(&none);
    sigfillset(&all);
    posix_spawnattr_setsigmask(&attributes_, &none);
    posix_spawnattr_setsigdefault(&attributes_, &all);
    posix_spawnattr_setflags(&attributes_,
                             POSIX_SPAWN_SETSID | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
  }

  const posix_spawn_file_actions_t* actions() const { return &actions_; }
  const posix_spawnattr_t* attributes() const { return &attributes_; }

 private:
  posix_spawn_file_actions_t actions_{};
  posix_spawnattr_t attributes_{};
};

/// Closes a descriptor that was not handed on.
class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    if (fd_ >= 0) close(fd_);
  }
  [[nodiscard]] int get() const { return fd_; }
  int release() { return std::exchange(fd_, -1); }

 private:
  int fd_;
};

std::unexpected<Error> system_failure(std::string_view what, int error) {
  return fail(ErrorCode::browser_start_failed, fmt::format("{}: {}", what, strerror(error)));
}

/// What posix_spawn takes: pointers that end with one to nothing.
std::vector<char*> pointers_to(const std::vector<std::string>& texts) {
  std::vector<char*> pointers;
  pointers.reserve(texts.size() + 1);
  // They are not const for historical reasons; nothing is changed.
  for (const auto& text : texts) pointers.push_back(const_cast<char*>(text.c_str()));
  pointers.push_back(nullptr);
  return pointers;
}

/// Ours, with `variables` in place of those of the same names.
std::vector<std::string> environment_with(const std::vector<std::string>& variables) {
  auto all = variables;
  const auto is_set = [&](std::string_view name) {
    return std::ranges::any_of(variables,
                               [name](const auto& variable) { return variable.starts_with(name); });
  };
  for (char** each = environ; *each != nullptr; ++each) {
    const std::string_view variable(*each);
    if (!is_set(variable.substr(0, variable.find('=') + 1))) all.emplace_back(variable);
  }
  return all;
}

Result<pid_t> spawn(const std::vector<std::string>& command_line,
                    const std::vector<std::string>& variables, int pipe_fd, int stderr_fd) {
  SpawnOptions options;
  options.connect(pipe_fd, stderr_fd);
  options.detach();
  const auto environment = environment_with(variables);
  pid_t pid = 0;
  const int error =
      posix_spawn(&pid, command_line.front().c_str(), options.actions(), options.attributes(),
                  pointers_to(command_line).data(), pointers_to(environment).data());
  if (error != 0) return system_failure("could not start " + command_line.front(), error);
  return pid;
}

}  // namespace

Result<Process::Started> Process::start(const asio::any_io_executor& executor,
                                        const std::vector<std::string>& command_line,
                                        const std::vector<std::string>& variables) {
  std::array<int, 2> pipe{-1, -1};
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pipe.data()) != 0) {
    return system_failure("could not make the DevTools pipe", errno);
  }
  Descriptor our_pipe(pipe[0]);
  const Descriptor child_pipe(pipe[1]);
  std::array<int, 2> errors{-1, -1};
  if (pipe2(errors.data(), O_CLOEXEC) != 0) {
    return system_failure("could not make a pipe for the browser's stderr", errno);
  }
  Descriptor our_stderr(errors[0]);
  const Descriptor child_stderr(errors[1]);

  const auto pid = spawn(command_line, variables, child_pipe.get(), child_stderr.get());
  if (!pid) return std::unexpected(pid.error());
  // Not reaped yet, so the pid can't have been given to anybody else.
  auto exit = ExitWatch::open(executor, *pid);
  if (!exit) {
    kill(*pid, SIGKILL);
    waitpid(*pid, nullptr, 0);
    return fail(ErrorCode::browser_start_failed, "could not watch the browser", exit.error());
  }
  return Started{
      .process = std::make_unique<Process>(executor, *pid, *std::move(exit), our_stderr.release()),
      .pipe = Pipe(executor, asio::local::stream_protocol(), our_pipe.release())};
}

Process::Process(const asio::any_io_executor& executor, pid_t pid, ExitWatch exit, int stderr_fd)
    : pid_(pid), exit_(std::move(exit)), stderr_(executor, stderr_fd), changed_(executor) {}

Process::~Process() {
  if (!ending_.empty()) return;
  kill_group();
  reap();
}

void Process::terminate_group() const {
  // Its number may be somebody else's by now.
  if (ending_.empty()) kill(-pid_, SIGTERM);
}

void Process::kill_group() const {
  kill(-pid_, SIGKILL);
}

void Process::reap() {
  siginfo_t info{};
  if (waitid(P_PID, static_cast<id_t>(pid_), &info, WEXITED) != 0) {
    ending_ = "it ended";
  } else if (info.si_code == CLD_EXITED) {
    ending_ = fmt::format("it exited with status {}", info.si_status);
  } else {
    ending_ =
        fmt::format("it was ended by signal {} ({})", info.si_status, strsignal(info.si_status));
  }
  // The group outlives its leader when a helper process hangs.
  kill_group();
}

asio::awaitable<void> Process::watch() {
  co_await exit_.wait();
  reap();
  changed_.notify();
}

asio::awaitable<void> Process::read_stderr() {
  std::array<char, 4096> chunk{};
  for (;;) {
    const auto [error, size] =
        co_await stderr_.async_read_some(asio::buffer(chunk), asio::as_tuple(asio::use_awaitable));
    if (error) break;
    stderr_tail_.append(chunk.data(), size);
    if (stderr_tail_.size() > stderr_limit) {
      stderr_tail_.erase(0, stderr_tail_.size() - stderr_limit);
    }
  }
  stderr_closed_ = true;
  changed_.notify();
}

asio::awaitable<bool> Process::wait_ended(std::chrono::steady_clock::time_point deadline) {
  while (ending_.empty() || !stderr_closed_) {
    if (std::chrono::steady_clock::now() >= deadline) break;
    co_await changed_.wait_until(deadline);
  }
  co_return !ending_.empty();
}

}  // namespace lmbridge::cdp
