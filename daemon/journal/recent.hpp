// What became of the last requests, for who wants to know whether all is well.
#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>

namespace lmbridge::journal {

/// A request that was answered.
struct Answer {
  /// As the client was told (x-request-id).
  std::string request_id;
  std::string model;
  std::chrono::system_clock::time_point ended;
  /// From the request to the first piece, where there was one, and to the end.
  std::optional<std::chrono::milliseconds> first_piece;
  std::chrono::milliseconds total{0};
  std::size_t pieces = 0;
};

/// A request that failed.
struct Failure {
  std::string request_id;
  std::string model;
  std::chrono::system_clock::time_point ended;
  /// The name of the ErrorCode.
  std::string code;
  /// Without anything of the prompt.
  std::string reason;
};

/// I/O thread only. Holds no prompt and no answer.
class Recent {
 public:
  void note(Answer answer);
  void note(Failure failure);

  [[nodiscard]] const std::optional<Answer>& last_answer() const { return last_answer_; }
  [[nodiscard]] const std::optional<Failure>& last_failure() const { return last_failure_; }
  [[nodiscard]] std::size_t answered() const { return answered_; }
  [[nodiscard]] std::size_t failed() const { return failed_; }

 private:
  std::optional<Answer> last_answer_;
  std::optional<Failure> last_failure_;
  std::size_t answered_ = 0;
  std::size_t failed_ = 0;
};

}  // namespace lmbridge::journal
