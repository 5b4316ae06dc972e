// WebSocket by Beast, over the stream of a connection.
#pragma once

#include "http/message.hpp"
#include "http/stream.hpp"
#include "http/web_socket.hpp"

#include <boost/asio/awaitable.hpp>

#include <memory>

namespace lmbridge::http {

/// Whether `request` asks for a WebSocket as RFC 6455, section 4.2.1 has it. Error:
/// invalid_request.
Result<void> check_web_socket_request(const Request& request, unsigned version);

/// Answers `request`, which has been checked, with status 101 and `headers`. The stream outlives
/// what is returned. Error: cancelled.
boost::asio::awaitable<Result<std::unique_ptr<WebSocket>>> accept_web_socket(
    Stream& stream, const Request& request, const Headers& headers, WebSocketOptions options);

}  // namespace lmbridge::http
