// The stand-in arena of tests/arena as a child process; it ends with the object.
#pragma once

#include <sys/types.h>

#include <string>

namespace lmbridge::test {

class ArenaProcess {
 public:
  /// Returns when it serves; throws when it does not.
  ArenaProcess();
  ArenaProcess(const ArenaProcess&) = delete;
  ArenaProcess& operator=(const ArenaProcess&) = delete;
  ~ArenaProcess();

  /// e.g. "http://127.0.0.1:35151".
  [[nodiscard]] const std::string& origin() const { return origin_; }

  /// Of the evaluation session and the message that are there by default.
  static constexpr auto session_id = "0196b3c4-5d6e-7f80-9a1b-2c3d4e5f6071";
  static constexpr auto message_id = "0196b3c4-5d6e-7f80-8c2d-3e4f50617283";

 private:
  pid_t pid_ = -1;
  /// Its standard input, at whose end it stops.
  int input_ = -1;
  std::string origin_;
};

}  // namespace lmbridge::test
