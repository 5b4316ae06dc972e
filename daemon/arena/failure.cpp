#include "arena/failure.hpp"

#include "arena/error_texts.hpp"
#include "arena/record_decoder.hpp"
#include "arena/redaction.hpp"
#include "base/text.hpp"

#include <boost/json/parse.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace lmbridge::arena {
namespace {

enum class BodyKind { empty, page, json, records, text };

std::string_view without_leading_space(std::string_view text) {
  constexpr std::string_view byte_order_mark = "\xef\xbb\xbf";
  if (text.starts_with(byte_order_mark)) text.remove_prefix(byte_order_mark.size());
  const auto first = text.find_first_not_of(" \t\r\n");
  return first == std::string_view::npos ? std::string_view() : text.substr(first);
}

std::string_view without_space_around(std::string_view text) {
  text = without_leading_space(text);
  return text.substr(0, text.find_last_not_of(" \t\r\n") + 1);
}

BodyKind kind_of(const Reply& reply) {
  const auto body = without_leading_space(reply.body);
  if (body.starts_with('<')) return BodyKind::page;
  if (body.starts_with('{') || body.starts_with('[')) return BodyKind::json;
  if (parse_record(body.substr(0, body.find('\n')))) return BodyKind::records;
  if (contains_ignoring_case(reply.content_type, "text/html")) return BodyKind::page;
  return body.empty() ? BodyKind::empty : BodyKind::text;
}

/// What stands between <title> and </title>.
std::string_view title_of(std::string_view page) {
  constexpr std::string_view opening = "<title>";
  const auto start = find_ignoring_case(page, opening);
  if (start == std::string_view::npos) return {};
  const auto title = page.substr(start + opening.size());
  return title.substr(0, title.find('<'));
}

/// The part of a body that can say what went wrong: all of a JSON or plain one, the title of a page
/// (its scripts and translations may hold any word), nothing of an answer.
std::string_view error_text_of(const Reply& reply, BodyKind kind) {
  if (kind == BodyKind::page) return title_of(reply.body);
  if (kind == BodyKind::records) return {};
  return reply.body;
}

std::optional<ErrorCode> code_of_text(std::string_view text, const Markers& markers) {
  const auto says = [text](const std::vector<std::string>& phrases) {
    return std::ranges::any_of(
        phrases, [text](const auto& phrase) { return contains_ignoring_case(text, phrase); });
  };
  if (says(markers.verification)) return ErrorCode::verification_required;
  if (says(markers.foreign_session)) return ErrorCode::foreign_session;
  if (says(markers.schema_error)) return ErrorCode::site_changed;
  // Before the rate limit: the site refuses prompts with a 429, too.
  if (says(markers.moderation)) return ErrorCode::content_blocked;
  if (says(markers.too_large)) return ErrorCode::attachment_too_large;
  if (says(markers.rate_limit)) return ErrorCode::rate_limited;
  if (says(markers.arena_error)) return ErrorCode::site_error;
  return std::nullopt;
}

bool is_redirect(int status) {
  return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

/// True when `text` starts with a JSON object in which `key` is set.
bool starts_with_object_that_sets(std::string_view text, std::string_view key) {
  boost::json::stream_parser parser;
  boost::system::error_code error;
  parser.write_some(text.data(), text.size(), error);
  if (error || !parser.done()) return false;
  const auto value = parser.release();
  const auto* member = value.is_object() ? value.get_object().if_contains(key) : nullptr;
  return member != nullptr && !member->is_null() && *member != false;
}

/// `{"error": ...}`, also when the sample ends before the object does.
bool is_error_object(std::string_view body) {
  body = without_leading_space(body);
  if (starts_with_object_that_sets(body, "error")) return true;
  body.remove_prefix(1);
  return without_leading_space(body).starts_with("\"error\"");
}

ErrorCode code_of_success(const Reply& reply, BodyKind kind) {
  switch (kind) {
    case BodyKind::empty:
      return ErrorCode::empty_response;
    case BodyKind::records:
      return ErrorCode::incomplete_answer;
    case BodyKind::json:
      return is_error_object(reply.body) ? ErrorCode::site_error : ErrorCode::site_changed;
    case BodyKind::page:
    case BodyKind::text:
      return ErrorCode::site_changed;
  }
  return ErrorCode::site_changed;
}

ErrorCode code_of_status(const Reply& reply, BodyKind kind) {
  const auto status = reply.status;
  if (status == 401) return ErrorCode::sign_in_required;
  if (status == 413) return ErrorCode::attachment_too_large;
  if (status == 422) return ErrorCode::content_blocked;
  if (status == 429) return ErrorCode::rate_limited;
  if (status >= 500) return ErrorCode::site_unavailable;
  const bool is_answer = status >= 200 && status < 300 && kind != BodyKind::page;
  if (is_redirect(status) || status == 405) return ErrorCode::site_moved;
  if (reply.redirected && !is_answer) return ErrorCode::site_moved;
  if (status == 400 || status == 404) return ErrorCode::stale_session_ids;
  if (status >= 200 && status < 300) return code_of_success(reply, kind);
  return ErrorCode::site_changed;
}

/// Retry-After in seconds; its other form, a date, is not used by the site and reads as unknown.
int seconds_of(std::string_view header) {
  constexpr int longest = 24 * 60 * 60;
  header = base::trimmed(header);
  unsigned long seconds = 0;
  const auto [stopped, error] = std::from_chars(header.begin(), header.end(), seconds);
  if (header.empty() || stopped != header.end()) return -1;
  if (error == std::errc::result_out_of_range || seconds > longest) return longest;
  return error == std::errc() ? static_cast<int>(seconds) : -1;
}

/// The codes that need no upstream words get them as a cause, for the log.
Error with_cause(ErrorCode code, std::string_view upstream) {
  Error error{.code = code, .message = sentence(code)};
  const auto excerpt = redacted_excerpt(upstream);
  if (excerpt.empty()) return error;
  error.cause = std::make_shared<const Error>(
      Error{.code = code, .message = fmt::format("the site said {}", base::quoted(excerpt))});
  return error;
}

std::string describe_misfit(const Reply& reply, BodyKind kind, std::string_view text) {
  auto what = fmt::format("status {}", reply.status);
  if (kind == BodyKind::page) what += ", a web page";
  if (const auto excerpt = redacted_excerpt(text); !excerpt.empty()) {
    what += fmt::format(", {}", base::quoted(excerpt));
  }
  return fmt::format("{} ({})", sentence(ErrorCode::site_changed), what);
}

/// True when a JSON object around `at`, where `marker` occurs, has it as a member. Objects that
/// start far before it are not looked for: the marker object is small.
bool is_marker_object(std::string_view text, std::size_t at, std::string_view marker) {
  constexpr std::size_t reach = 2048;
  constexpr int objects = 8;
  const auto lowest = at > reach ? at - reach : 0;
  const auto highest = at + reach;
  auto brace = at;
  for (int tried = 0; tried < objects && brace > lowest; ++tried) {
    brace = text.rfind('{', brace - 1);
    if (brace == std::string_view::npos || brace < lowest) return false;
    if (starts_with_object_that_sets(text.substr(brace, highest - brace), marker)) return true;
  }
  return false;
}

}  // namespace

Error classify_response(const Reply& reply, const Markers& markers) {
  if (reply.status == 0) {
    if (reply.redirected) return with_cause(ErrorCode::site_moved, reply.network_error);
    return with_cause(ErrorCode::network_error, reply.network_error);
  }
  const auto kind = kind_of(reply);
  const auto text = error_text_of(reply, kind);
  const bool challenged = kind == BodyKind::page && is_challenge_page(reply.body, markers);
  const auto code = challenged ? ErrorCode::verification_required
                               : code_of_text(text, markers).value_or(code_of_status(reply, kind));
  auto error = with_cause(code, text);
  if (code == ErrorCode::site_changed) {
    error = Error{.code = code, .message = describe_misfit(reply, kind, text)};
  }
  if (code == ErrorCode::rate_limited || code == ErrorCode::site_unavailable) {
    error.retry_after_seconds = seconds_of(reply.retry_after);
  }
  return error;
}

bool is_challenge_page(std::string_view source, const Markers& markers) {
  return std::ranges::any_of(markers.challenge_page, [source](const auto& phrase) {
    return contains_ignoring_case(source, phrase);
  });
}

Error classify_error_text(std::string_view text, const Markers& markers) {
  return with_cause(code_of_text(text, markers).value_or(ErrorCode::site_error), text);
}

std::optional<Error> classify_ending(const Reply& reply, const Ending& ending,
                                     const Markers& markers, bool finish_required) {
  const auto failure = [&reply](ErrorCode code) { return with_cause(code, reply.network_error); };
  if (!ending.finish) {
    const bool ended_properly = reply.network_error.empty() && !reply.redirected;
    if (ending.has_content && ended_properly && !finish_required) return std::nullopt;
    if (ending.has_content || ending.has_reasoning) return failure(ErrorCode::incomplete_answer);
    if (reply.network_error.empty()) {
      const bool silent = reply.status >= 200 && reply.status < 300 && reply.body.empty();
      return silent ? failure(ErrorCode::empty_response) : classify_response(reply, markers);
    }
    return failure(ErrorCode::network_error);
  }
  switch (*ending.finish) {
    case FinishReason::error:
      return failure(ErrorCode::site_error);
    case FinishReason::length:
    case FinishReason::content_filter:
      return std::nullopt;
    default:
      if (ending.has_content) return std::nullopt;
      return failure(ErrorCode::empty_response);
  }
}

bool is_arena_error(std::string_view text, bool first, const Markers& markers) {
  constexpr int occurrences = 8;
  const auto bare = without_space_around(text);
  return std::ranges::any_of(markers.arena_error, [text, first, bare](std::string_view marker) {
    if (marker.empty()) return false;
    if (first && bare == marker) return true;
    auto at = text.find(marker);
    for (int seen = 0; seen < occurrences && at != std::string_view::npos; ++seen) {
      if (is_marker_object(text, at, marker)) return true;
      at = text.find(marker, at + marker.size());
    }
    return false;
  });
}

}  // namespace lmbridge::arena
