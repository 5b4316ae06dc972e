#include "ctl/client.hpp"

#include <fmt/format.h>

#include <grp.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <system_error>
#include <utility>

namespace lmbridge::ctl {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr milliseconds tick{100};

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

std::string reason_text(int reason) {
  return std::generic_category().message(reason);
}

/// "group lmbridge", or what can be said of it.
std::string who_may(const std::string& path) {
  struct stat found{};
  if (stat(path.c_str(), &found) != 0) return "the daemon's user, or its group,";
  const auto* entry = getgrgid(found.st_gid);
  return entry == nullptr ? fmt::format("the group {}", found.st_gid)
                          : fmt::format("the group {}", entry->gr_name);
}

void send_all(int descriptor, std::string_view text) {
  while (!text.empty()) {
    const auto sent = send(descriptor, text.data(), text.size(), MSG_NOSIGNAL);
    if (sent < 0 && errno == EINTR) continue;
    if (sent < 0) return;
    text.remove_prefix(static_cast<std::size_t>(sent));
  }
}

std::string request_text(const Call& call) {
  return fmt::format(
      "{} {} HTTP/1.0\r\nHost: localhost\r\nContent-Type: application/json\r\n"
      "Content-Length: {}\r\n\r\n{}",
      call.method, call.target, call.body.size(), call.body);
}

Trouble gone() {
  return {.exit = ExitCode::not_running,
          .code = "not_running",
          .message = "lmbridged ended before it answered; its log says why"};
}

Trouble cut_off() {
  return {.exit = ExitCode::failed,
          .code = "cut",
          .message = "lmbridged broke off its answer; its log says why"};
}

Trouble no_http() {
  return {.exit = ExitCode::failed,
          .code = "no_http",
          .message = "what answers at the socket is not lmbridged: it speaks no HTTP"};
}

}  // namespace

Trouble Client::no_connection(int reason) const {
  if (reason == EACCES || reason == EPERM) {
    return {.exit = ExitCode::permission_denied,
            .code = "permission_denied",
            .message = fmt::format("you may not use {}: {} may. Try it with sudo, or have yourself "
                                   "added to that group and log in again",
                                   socket_.path, who_may(socket_.path))};
  }
  return {.exit = ExitCode::not_running,
          .code = "not_running",
          .message = fmt::format(
              "lmbridged is not running: nobody answers at {} ({}). Start it with: systemctl start "
              "lmbridged, or: lmbridged --config FILE. If it runs elsewhere, say where with "
              "--socket or LMBRIDGE_SOCKET",
              socket_.tried, reason_text(reason))};
}

Outcome<int> Client::connect() const {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (socket_.path.size() >= sizeof address.sun_path) {
    return std::unexpected(no_connection(ENAMETOOLONG));
  }
  std::memcpy(address.sun_path, socket_.path.data(), socket_.path.size());
  Descriptor descriptor(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  // The sockets API takes every kind of address by this one type.
  if (descriptor.get() < 0 ||
      ::connect(descriptor.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) !=
          0) {
    return std::unexpected(no_connection(errno));
  }
  return descriptor.release();
}

Outcome<void> Client::receive(int descriptor, ResponseReader& reader, milliseconds timeout) {
  std::array<char, 64UL * 1024> buffer{};
  auto last_sign = steady_clock::now();
  for (;;) {
    pollfd waiting{.fd = descriptor, .events = POLLIN, .revents = 0};
    const auto ready = poll(&waiting, 1, static_cast<int>(tick.count()));
    if (ready <= 0) {
      if (tick_) tick_();
      if (timeout.count() == 0 || steady_clock::now() - last_sign < timeout) continue;
      return std::unexpected(Trouble{
          .exit = ExitCode::not_ready,
          .code = "timed_out",
          .message = fmt::format("lmbridged did not answer within {} s", timeout.count() / 1000)});
    }
    const auto size = recv(descriptor, buffer.data(), buffer.size(), 0);
    if (size < 0 && errno == EINTR) continue;
    // However it ended: what has come tells whether it is whole.
    if (size <= 0) return {};
    last_sign = steady_clock::now();
    if (!reader.take({buffer.data(), static_cast<std::size_t>(size)})) {
      return std::unexpected(no_http());
    }
    if (reader.is_over()) return {};
  }
}

Outcome<Answer> Client::stream(const Call& call, const ResponseReader::BodySink& sink) {
  const auto connected = connect();
  if (!connected) return std::unexpected(connected.error());
  const Descriptor descriptor(*connected);
  // A refusal may come, and the connection close, before all has been sent: what comes back tells.
  send_all(descriptor.get(), request_text(call));
  Answer answer;
  ResponseReader reader([&](std::string_view piece) {
    if (reader.status() < 400) return sink(piece);
    answer.body += piece;
  });
  const auto received = receive(descriptor.get(), reader, call.timeout);
  if (!received) return std::unexpected(received.error());
  answer.status = reader.status();
  if (reader.is_complete()) return answer;
  return std::unexpected(answer.status == 0 ? gone() : cut_off());
}

Outcome<Answer> Client::ask(const Call& call) {
  std::string body;
  auto answer = stream(call, [&body](std::string_view piece) { body += piece; });
  if (answer && answer->status < 400) answer->body = std::move(body);
  return answer;
}

}  // namespace lmbridge::ctl
