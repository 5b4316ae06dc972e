// What one answer is asked for with: the conversation, and a session of the site for each try.
#pragma once

#include "api/context.hpp"
#include "api/routing.hpp"
#include "arena/payload.hpp"
#include "bridge/retrying_answer.hpp"

#include <optional>
#include <span>
#include <string>

namespace lmbridge::api {

/// I/O thread only. The session is leased from the moment that a page takes the request to the end
/// of that try.
class Question final : public bridge::Question {
 public:
  /// All of it outlives the question.
  Question(std::string_view model, std::span<const arena::Message> messages, const Context& context)
      : model_(model), messages_(messages), context_(context) {}

  Result<bridge::Order> order() override;
  [[nodiscard]] arena::AnswerDecoder::Options decoder() const override { return decoder_; }
  std::optional<std::chrono::milliseconds> note_failure(const Error& error) override;
  void note_answer() override;
  void release() override { route_.reset(); }

 private:
  std::string_view model_;
  std::span<const arena::Message> messages_;
  const Context& context_;
  std::optional<Route> route_;
  arena::AnswerDecoder::Options decoder_;
};

}  // namespace lmbridge::api
