// How the site says no: the failure table of spec/protocol.md as code. The body is read before the
// status, and what an answer merely quotes is never a failure.
#pragma once

#include "arena/answer_event.hpp"
#include "base/error.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace lmbridge::arena {

/// Texts by which failures are recognised, whatever their case; data, because the site changes.
struct Markers {
  /// In web pages: a human is asked for.
  std::vector<std::string> challenge_page = {"<title>Just a moment...</title>",
                                             "Enable JavaScript and cookies to continue"};
  /// In error texts: the same.
  std::vector<std::string> verification = {"recaptcha validation failed"};
  std::vector<std::string> foreign_session = {"does not have access to evaluation session"};
  std::vector<std::string> schema_error = {"ZodError"};
  std::vector<std::string> moderation = {"prompt failed", "request rejected", "moderation_blocked"};
  std::vector<std::string> too_large = {"too large", "too_large"};
  std::vector<std::string> rate_limit = {"rate limit", "rate_limit", "too many requests"};
  /// The key of the object, or the word, that stands in place of an answer's text. In its case.
  std::vector<std::string> arena_error = {"hasArenaError"};

  bool operator==(const Markers&) const = default;
};

/// What came back for a request, as far as failures show in it.
struct Reply {
  /// The HTTP status; 0 when there was no reply.
  int status = 0;
  /// Header values as they came, empty where absent.
  std::string content_type = {};
  std::string retry_after = {};
  /// The first few KB of the body, as AnswerDecoder::sample() keeps them.
  std::string body = {};
  /// The page's fetch followed a redirect, or met one that it may not follow.
  bool redirected = false;
  /// What the page's fetch failed with; empty when it did not.
  std::string network_error = {};
};

/// What an answer had when its stream ended.
struct Ending {
  bool has_content = false;
  bool has_reasoning = false;
  /// How it finished; nullopt when no finish came.
  std::optional<FinishReason> finish = std::nullopt;
};

/// The failure that a reply without any record is. Sentences for people, without upstream text but
/// for a redacted excerpt in site_changed; Error::cause holds one for logs where there is more to
/// say. A reply that fits nothing is site_changed.
Error classify_response(const Reply& reply, const Markers& markers);

/// True when a web page, of which `source` is the beginning, is the site's question for a human.
bool is_challenge_page(std::string_view source, const Markers& markers);

/// The failure that an error text inside a stream is; site_error when it says nothing we know.
Error classify_error_text(std::string_view text, const Markers& markers);

/// What is wrong with an answer whose stream has ended, or nullopt for a whole answer. Content
/// without a finish is cut off; unless `finish_required` that is taken for the end where the body
/// itself ended properly.
std::optional<Error> classify_ending(const Reply& reply, const Ending& ending,
                                     const Markers& markers, bool finish_required = true);

/// True when a piece of an answer is not text but the site's error marker: the word alone in place
/// of an answer (`first`: nothing came before), or a JSON object, anywhere in the piece, whose
/// member of that name is set. Prose about the word is text, and so is the word as a piece of
/// prose.
bool is_arena_error(std::string_view text, bool first, const Markers& markers);

}  // namespace lmbridge::arena
