#include "arena/error_texts.hpp"

#include <algorithm>

namespace lmbridge::arena {
namespace {

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

}  // namespace

std::string sentence(ErrorCode code) {
  switch (code) {
    case ErrorCode::verification_required:
      return "the site asks for a human: pass its check in the browser, then try again";
    case ErrorCode::sign_in_required:
      return "the browser is not signed in to the site any more: sign in again, then try again";
    case ErrorCode::foreign_session:
      return "the captured session belongs to another account of the site: sign in to that "
             "account, "
             "or set session_id and message_id of this one in config.jsonc";
    case ErrorCode::stale_session_ids:
      return "the captured session ids are stale: set fresh session_id and message_id in "
             "config.jsonc";
    case ErrorCode::attachment_too_large:
      return "the request is too large for the site, which takes about 5 MB of attachments: send "
             "smaller or fewer ones";
    case ErrorCode::content_blocked:
      return "the site's moderation refused this prompt: change it before you send it again";
    case ErrorCode::rate_limited:
      return "the site's rate limit is used up: wait before you try again";
    case ErrorCode::site_moved:
      return "the site has moved and does not take requests where it used to: check the site "
             "section "
             "of config.jsonc";
    case ErrorCode::site_error:
      return "the site failed to answer: try again later";
    case ErrorCode::site_unavailable:
      return "the site's servers do not work at the moment: try again later";
    case ErrorCode::network_error:
      return "the browser could not reach the site: check its network, then try again";
    case ErrorCode::empty_response:
      return "the site answered with nothing, as its load balancing does at times: try again";
    case ErrorCode::incomplete_answer:
      return "the answer was cut off before its end: try again";
    default:
      return "the site answered in a way that is not understood: it may have changed, look for a "
             "newer release";
  }
}

std::size_t find_ignoring_case(std::string_view text, std::string_view needle) {
  if (needle.empty()) return std::string_view::npos;
  const auto found = std::ranges::search(text, needle, {}, lower, lower);
  if (found.empty()) return std::string_view::npos;
  return static_cast<std::size_t>(found.begin() - text.begin());
}

bool contains_ignoring_case(std::string_view text, std::string_view needle) {
  return find_ignoring_case(text, needle) != std::string_view::npos;
}

}  // namespace lmbridge::arena
