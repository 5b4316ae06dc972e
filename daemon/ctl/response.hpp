// The daemon's answer, read from the bytes that come. Sans-IO.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace lmbridge::ctl {

/// We ask in HTTP/1.0: an answer has no chunks, and ends with its connection.
class ResponseReader {
 public:
  /// Told of each piece of the body.
  using BodySink = std::function<void(std::string_view)>;

  explicit ResponseReader(BodySink sink) : sink_(std::move(sink)) {}

  /// False when what comes is no HTTP.
  bool take(std::string_view bytes);
  /// 0 until the head is there.
  [[nodiscard]] int status() const { return status_; }
  /// At the connection's end: whether all has come that was announced.
  [[nodiscard]] bool is_complete() const { return status_ != 0 && (!length_ || is_over()); }
  /// Nothing more can come.
  [[nodiscard]] bool is_over() const { return length_ && received_ >= *length_; }

 private:
  bool read_head();
  void pass_on(std::string_view body);

  BodySink sink_;
  std::string head_;
  int status_ = 0;
  std::optional<std::size_t> length_;
  std::size_t received_ = 0;
};

}  // namespace lmbridge::ctl
