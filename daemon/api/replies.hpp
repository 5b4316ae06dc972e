// Answers that more than one route gives.
#pragma once

#include "base/error.hpp"
#include "http/exchange.hpp"
#include "http/message.hpp"

namespace lmbridge::api {

/// The error as HTTP status, headers and OpenAI's body.
http::Response error_response(const Error& error);

/// 415 unless the request says that its body is JSON; a form of a foreign web page can't say so.
Result<void> require_json(const http::Request& request);

}  // namespace lmbridge::api
