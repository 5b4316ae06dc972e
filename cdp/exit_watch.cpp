#include "cdp/exit_watch.hpp"

#include <boost/asio/use_awaitable.hpp>
#include <fmt/format.h>

#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

namespace lmbridge::cdp {
namespace asio = boost::asio;

Result<ExitWatch> ExitWatch::open(const asio::any_io_executor& executor, pid_t pid) {
  const int pid_fd = static_cast<int>(syscall(SYS_pidfd_open, pid, 0));
  if (pid_fd < 0) {
    const int error = errno;
    return fail(error == ESRCH ? ErrorCode::browser_gone : ErrorCode::internal,
                fmt::format("process {} can't be watched: {}", pid,
                            std::generic_category().message(error)));
  }
  return ExitWatch(executor, pid_fd);
}

ExitWatch::ExitWatch(const asio::any_io_executor& executor, int pid_fd)
    : pid_fd_(executor, pid_fd) {}

asio::awaitable<void> ExitWatch::wait() {
  // A pidfd becomes readable when its process ends (pidfd_open(2)).
  co_await pid_fd_.async_wait(asio::posix::descriptor_base::wait_read, asio::use_awaitable);
}

}  // namespace lmbridge::cdp
