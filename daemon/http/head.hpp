// What a request's head must look like before it is believed. Beast is tolerant (folded headers,
// repeated Host, both framings); two readers that disagree about a request are how requests are
// smuggled, so what is ambiguous is refused here.
#pragma once

#include "base/error.hpp"

#include <cstddef>
#include <string_view>

namespace lmbridge::http {

inline constexpr std::size_t head_limit = 16UL * 1024;
inline constexpr std::size_t header_count_limit = 100;

/// False when no further bytes can make `part`, a piece of a head that may still be incomplete, a
/// good one, so that there is nothing to wait for: it starts with what no method starts with
/// (`is_first`; TLS on the wrong port, for example), or a line ends without a CR.
bool may_become_head(std::string_view part, bool is_first);

/// `head` is a request line and header lines, each ending in CRLF, and the empty line. Errors:
/// invalid_request, header_too_large (too many lines), method_not_allowed (TRACE, CONNECT).
/// Rules: RFC 9112 sections 2.2, 3, 5, 6.3; RFC 9110 section 5.6.2 (tokens).
Result<void> check_head(std::string_view head);

}  // namespace lmbridge::http
