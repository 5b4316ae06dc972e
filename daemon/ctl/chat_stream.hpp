// A streamed answer of /v1/chat/completions, read from the bytes that come. Sans-IO.
#pragma once

#include "ctl/trouble.hpp"

#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace lmbridge::ctl {

class ChatStream {
 public:
  /// Told of each piece of the answer's text.
  explicit ChatStream(std::function<void(std::string_view)> sink) : sink_(std::move(sink)) {}

  void take(std::string_view bytes);

  /// What went wrong, once all bytes have been taken; nothing for an answer that came whole.
  [[nodiscard]] std::optional<Trouble> trouble() const;
  /// All the text.
  [[nodiscard]] const std::string& text() const { return text_; }

 private:
  void take_line(std::string_view line);
  void take_event(std::string_view data);

  std::function<void(std::string_view)> sink_;
  std::string rest_;
  std::string text_;
  std::optional<Trouble> error_;
  bool done_ = false;
};

/// `text` without control characters, by which an answer could do more to a terminal than be read.
std::string harmless(std::string_view text);

}  // namespace lmbridge::ctl
