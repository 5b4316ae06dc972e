// What `max_tokens` and `stop` leave of an answer's text. The site knows neither: the answer is cut
// here, and the caller ends the request to the site.
#pragma once

#include "openai/finish_reason.hpp"
#include "openai/usage.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace lmbridge::openai {

/// One an answer. Text that may turn out to be the start of a stop sequence is held back until that
/// is decided. Tokens are those of TokenEstimate. Texts are valid UTF-8 and are cut at characters.
class OutputLimit {
 public:
  /// No `max_tokens` and no stop sequences (none of which is empty): nothing is cut.
  OutputLimit(std::optional<std::uint64_t> max_tokens, std::vector<std::string> stop);

  [[nodiscard]] bool is_active() const { return max_tokens_ || !stop_.empty(); }

  /// Takes a piece and returns what may be passed on, which lives until the next call.
  std::string_view take(std::string_view text);

  /// The answer has ended by itself: what was held back.
  std::string_view rest();

  /// Set when nothing more may be passed on.
  [[nodiscard]] std::optional<FinishReason> reached() const { return reached_; }

 private:
  std::string_view cut_to_tokens(std::string_view text);
  [[nodiscard]] std::size_t undecided() const;

  std::optional<std::uint64_t> max_tokens_;
  std::vector<std::string> stop_;
  TokenEstimate counted_;
  /// What has been returned last, and behind it what is held back.
  std::string text_;
  std::size_t returned_ = 0;
  std::optional<FinishReason> reached_;
};

}  // namespace lmbridge::openai
