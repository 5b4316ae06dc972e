// Passes a chat answer on to the client.
#pragma once

#include "api/context.hpp"
#include "bridge/answer.hpp"
#include "http/exchange.hpp"
#include "openai/chat_request.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace lmbridge::api {

/// One line in the log when the request is over, however it ends; without an outcome the client
/// left or the daemon stopped.
class RequestLog {
 public:
  /// The exchange outlives it.
  RequestLog(base::Log& log, const http::Exchange& exchange, const openai::ChatRequest& request);
  RequestLog(const RequestLog&) = delete;
  RequestLog& operator=(const RequestLog&) = delete;
  ~RequestLog();

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

/// What an answer has in common, streamed or whole.
struct ChatOutput {
  http::Exchange& exchange;
  const Context& context;
  const openai::ChatRequest& request;
  RequestLog& log;
};

boost::asio::awaitable<void> stream_answer(ChatOutput output, bridge::Answer& answer);
boost::asio::awaitable<void> respond_whole(ChatOutput output, bridge::Answer& answer);

}  // namespace lmbridge::api
