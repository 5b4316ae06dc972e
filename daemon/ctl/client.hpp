// Talks to the daemon over its control socket. Blocks: lmbridgectl has nothing else to do.
#pragma once

#include "ctl/response.hpp"
#include "ctl/socket_path.hpp"
#include "ctl/trouble.hpp"

#include <chrono>
#include <functional>
#include <string>
#include <string_view>

namespace lmbridge::ctl {

struct Call {
  std::string_view method = "GET";
  std::string target;
  /// JSON.
  std::string body = {};
  /// The longest silence; 0 = none is too long.
  std::chrono::milliseconds timeout{30'000};
};

struct Answer {
  int status = 0;
  std::string body;
};

class Client {
 public:
  explicit Client(SocketPath socket) : socket_(std::move(socket)) {}

  /// Called some times a second while an answer is being waited for.
  void on_wait(std::function<void()> tick) { tick_ = std::move(tick); }

  /// Troubles: not_running, permission_denied, timed_out, and cut for an answer that is no whole
  /// one.
  Outcome<Answer> ask(const Call& call);

  /// Hands the body of a good answer on as it comes; that of others is returned.
  Outcome<Answer> stream(const Call& call, const ResponseReader::BodySink& sink);

 private:
  Outcome<int> connect() const;
  [[nodiscard]] Trouble no_connection(int reason) const;
  Outcome<void> receive(int descriptor, ResponseReader& reader, std::chrono::milliseconds timeout);

  SocketPath socket_;
  std::function<void()> tick_;
};

}  // namespace lmbridge::ctl
