// Excerpts of what the site sent, fit for an error message or a log.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

namespace lmbridge::arena {

/// The beginning of `text` as one printable line of about `limit` bytes: without markup, and with
/// "[redacted]" for what may be a secret or a name (mail addresses, ids, tokens: words with an '@',
/// or of 20 and more characters with a digit among them).
std::string redacted_excerpt(std::string_view text, std::size_t limit = 160);

/// `text` with "[prompt]" for every run of 16 and more characters that stands in one of `prompts`,
/// however blanks are spaced; cut at 4096 bytes. One pass over the prompts.
std::string without_quotes_from(std::string_view text, std::span<const std::string_view> prompts);

}  // namespace lmbridge::arena
