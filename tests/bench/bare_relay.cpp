// The yardstick of the daemon's processor time: a program that hands pieces from a pipe to
// connections and does nothing else. What it takes is what the kernel asks for; no daemon can take
// less.
//
//   bare_relay STREAMS SECONDS    prints microseconds of processor time a piece
//
// Pieces come as the stand-in arena paces them: 50 a second for each stream, those of one
// millisecond together, each written to the pipe by itself.

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <charconv>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <ctime>
#include <stdexcept>
#include <string_view>
#include <system_error>
#include <thread>
#include <vector>

namespace {

/// Bytes of a binding call with a short text, and of the chunk that a client gets for it.
constexpr std::size_t message_size = 300;
constexpr std::size_t chunk_size = 230;
constexpr int milliseconds_a_piece = 20;

int checked(int result, const char* what) {
  if (result < 0) throw std::system_error(errno, std::generic_category(), what);
  return result;
}

int number(std::string_view text) {
  int value = 0;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (failure != std::errc() || end != text.data() + text.size() || value < 1 || value > 1000) {
    throw std::invalid_argument("usage: bare_relay STREAMS SECONDS");
  }
  return value;
}

/// A process of its own that ends with this one.
template <class Body>
void in_a_child(Body body) {
  if (checked(fork(), "fork") != 0) return;
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  body();
  _exit(0);
}

struct Listener {
  int socket = -1;
  sockaddr_in address = {};
};

Listener listen_on_loopback() {
  Listener listener{.socket = checked(::socket(AF_INET, SOCK_STREAM, 0), "socket")};
  listener.address.sin_family = AF_INET;
  listener.address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  // The calls take every kind of address in this form.
  auto* address = reinterpret_cast<sockaddr*>(&listener.address);
  socklen_t size = sizeof(listener.address);
  checked(bind(listener.socket, address, size), "bind");
  checked(listen(listener.socket, SOMAXCONN), "listen");
  checked(getsockname(listener.socket, address, &size), "getsockname");
  return listener;
}

int watch(int epoll, int descriptor) {
  epoll_event event{.events = EPOLLIN, .data = {.fd = descriptor}};
  return checked(epoll_ctl(epoll, EPOLL_CTL_ADD, descriptor, &event), "epoll_ctl");
}

/// The clients: read all that comes.
void read_streams(const Listener& listener, int streams) {
  const int epoll = checked(epoll_create1(0), "epoll_create1");
  for (int i = 0; i < streams; ++i) {
    const int client = checked(::socket(AF_INET, SOCK_STREAM, 0), "socket");
    const auto* address = reinterpret_cast<const sockaddr*>(&listener.address);
    checked(connect(client, address, sizeof(listener.address)), "connect");
    watch(epoll, client);
  }
  std::array<char, 65'536> bytes{};
  std::array<epoll_event, 64> events{};
  for (;;) {
    const int count = checked(epoll_wait(epoll, events.data(), events.size(), -1), "epoll_wait");
    for (int i = 0; i < count; ++i) {
      const auto size =
          read(events.at(static_cast<std::size_t>(i)).data.fd, bytes.data(), bytes.size());
      if (size <= 0) return;
    }
  }
}

/// The browser: writes what is due, each millisecond.
void write_pieces(int pipe, int streams, int seconds) {
  const std::array<char, message_size> message{};
  auto next = std::chrono::steady_clock::now();
  for (int millisecond = 0; millisecond < seconds * 1000; ++millisecond) {
    for (int stream = 0; stream < streams; ++stream) {
      const bool is_due = (millisecond + stream) % milliseconds_a_piece == 0;
      if (is_due && write(pipe, message.data(), message.size()) < 0) return;
    }
    next += std::chrono::milliseconds(1);
    std::this_thread::sleep_until(next);
  }
}

/// From the pipe to one connection after the other, until the pipe ends; how many pieces.
std::size_t relay(int pipe, const std::vector<int>& clients) {
  const int epoll = checked(epoll_create1(0), "epoll_create1");
  watch(epoll, pipe);
  const std::array<char, chunk_size> chunk{};
  std::array<char, 65'536> bytes{};
  std::size_t pieces = 0;
  for (std::size_t received = 0;;) {
    epoll_event event{};
    checked(epoll_wait(epoll, &event, 1, -1), "epoll_wait");
    const auto size = recv(pipe, bytes.data(), bytes.size(), 0);
    if (size <= 0) return pieces;
    for (received += static_cast<std::size_t>(size); received >= message_size;
         received -= message_size) {
      send(clients[pieces++ % clients.size()], chunk.data(), chunk.size(), MSG_NOSIGNAL);
    }
  }
}

void run(int streams, int seconds) {
  const auto listener = listen_on_loopback();
  in_a_child([&] { read_streams(listener, streams); });
  std::vector<int> clients;
  for (int i = 0; i < streams; ++i) {
    const int client =
        checked(accept4(listener.socket, nullptr, nullptr, SOCK_NONBLOCK), "accept4");
    const int on = 1;
    checked(setsockopt(client, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on)), "setsockopt");
    clients.push_back(client);
  }
  std::array<int, 2> pipe{};
  checked(socketpair(AF_UNIX, SOCK_STREAM, 0, pipe.data()), "socketpair");
  in_a_child([&] {
    close(pipe[0]);
    write_pieces(pipe[1], streams, seconds);
  });
  close(pipe[1]);
  const auto before = std::clock();
  const auto pieces = relay(pipe[0], clients);
  const auto seconds_used = static_cast<double>(std::clock() - before) / CLOCKS_PER_SEC;
  for (const int client : clients) close(client);
  while (wait(nullptr) > 0) {
  }
  std::printf("%.2f\n", seconds_used * 1e6 / static_cast<double>(pieces));
}

}  // namespace

int main(int argc, char** argv) {
  try {
    if (argc != 3) throw std::invalid_argument("usage: bare_relay STREAMS SECONDS");
    run(number(argv[1]), number(argv[2]));
    return 0;
  } catch (const std::exception& failure) {
    std::fprintf(stderr, "bare_relay: %s\n", failure.what());
    return 1;
  }
}
