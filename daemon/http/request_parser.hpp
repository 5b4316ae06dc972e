// Reads one request from bytes: the strict head check and Beast's parser behind one door, so that
// the connection and the fuzzer go through the same one.
#pragma once

#include "base/error.hpp"
#include "http/message.hpp"

#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>

#include <cstdint>

namespace lmbridge::http {

using BeastRequestParser = boost::beast::http::request_parser<boost::beast::http::string_body>;

/// Feeds `head`, which ends in the empty line, to a fresh `parser` and returns the request without
/// its body, which the parser reads next. Errors: those of check_head().
Result<Request> parse_head(BeastRequestParser& parser, std::string_view head);

/// Between head and body. Errors: payload_too_large for a body that is declared to be larger.
Result<void> limit_body(BeastRequestParser& parser, std::uint64_t body_limit);

/// The error for what Beast says about a body.
Error body_error(const boost::system::error_code& error, std::uint64_t body_limit);

}  // namespace lmbridge::http
