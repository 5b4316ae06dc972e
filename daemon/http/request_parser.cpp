#include "http/request_parser.hpp"

#include "http/head.hpp"

#include <boost/asio/buffer.hpp>
#include <fmt/format.h>

namespace lmbridge::http {
namespace beast = boost::beast;

namespace {

/// Without its body, and before trailers come: those are no headers (RFC 9110, section 6.5.1).
Request head_of(const BeastRequestParser::value_type& message) {
  Request request;
  request.method = std::string(message.method_string());
  const std::string_view target(message.target());
  const auto question = target.find('?');
  request.path = std::string(target.substr(0, question));
  if (question != std::string_view::npos) request.query = std::string(target.substr(question + 1));
  for (const auto& field : message) {
    request.headers.add(std::string(field.name_string()), std::string(field.value()));
  }
  return request;
}

}  // namespace

Result<Request> parse_head(BeastRequestParser& parser, std::string_view head) {
  if (auto checked = check_head(head); !checked) return std::unexpected(checked.error());
  parser.header_limit(static_cast<std::uint32_t>(head_limit));
  // How large the body may be depends on what the head says.
  parser.body_limit(boost::none);
  beast::error_code error;
  parser.put(boost::asio::buffer(head), error);
  if (error == beast::http::error::need_more) error = {};
  if (error) return std::unexpected(body_error(error, 0));
  if (!parser.is_header_done()) {
    return fail(ErrorCode::invalid_request, "the request's head is incomplete");
  }
  return head_of(parser.get());
}

Result<void> limit_body(BeastRequestParser& parser, std::uint64_t body_limit) {
  parser.body_limit(body_limit);
  if (parser.content_length().value_or(0) <= body_limit) return {};
  return std::unexpected(body_error(beast::http::error::body_limit, body_limit));
}

Error body_error(const boost::system::error_code& error, std::uint64_t body_limit) {
  if (error == beast::http::error::body_limit) {
    return {.code = ErrorCode::payload_too_large,
            .message = fmt::format("the request body is larger than {} MB (server.body_limit_mb)",
                                   body_limit / (1024UL * 1024))};
  }
  return {.code = ErrorCode::invalid_request,
          .message = "the request is not valid HTTP: " + error.message()};
}

}  // namespace lmbridge::http
