// One line in the log for each chat.
#pragma once

#include "base/log.hpp"
#include "http/exchange.hpp"
#include "openai/chat_request.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace lmbridge::api {

/// Writes its line when it goes, so that a chat is told of however it ends; without an outcome the
/// client left or did not read. No prompt and no answer is ever in it. I/O thread only.
class RequestLog {
 public:
  /// The log and the exchange outlive it.
  RequestLog(base::Log& log, const http::Exchange& exchange, const openai::ChatRequest& request);
  RequestLog(const RequestLog&) = delete;
  RequestLog& operator=(const RequestLog&) = delete;
  ~RequestLog();

  /// A piece of the answer has come from the site.
  void count_piece();
  void succeed() { succeeded_ = true; }
  void fail(const Error& error) { error_ = error; }

 private:
  [[nodiscard]] std::string_view outcome() const;

  base::Log& log_;
  const http::Exchange& exchange_;
  const std::string& id_;
  std::string model_;
  bool stream_;
  std::chrono::steady_clock::time_point begun_ = std::chrono::steady_clock::now();
  std::optional<std::chrono::steady_clock::time_point> first_piece_;
  std::size_t pieces_ = 0;
  bool succeeded_ = false;
  std::optional<Error> error_;
};

}  // namespace lmbridge::api
