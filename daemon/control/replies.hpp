// The shape of answers on the control socket.
#pragma once

#include "base/error.hpp"
#include "http/message.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include <span>
#include <string>
#include <string_view>

namespace lmbridge::control {

http::Response json_response(unsigned status, const boost::json::object& body);

/// {"code","message"}
boost::json::object error_object(const Error& error);

/// {"error":{"code","message"}}; whoever calls is the operator and is told everything.
http::Response error_response(const Error& error);

/// What stands behind `prefix` in the request's path, decoded. Errors: invalid_request.
Result<std::string> name_in_path(const http::Request& request, std::string_view prefix);

/// The request's body, an object with no other members than `allowed`. Errors: invalid_request.
Result<boost::json::object> object_in_body(const http::Request& request,
                                           std::span<const std::string_view> allowed);

/// A member that must be a text and not empty. Errors: invalid_request.
Result<std::string> text_in(const boost::json::object& object, std::string_view name);

/// A member that must be true or false, where there is one. Errors: invalid_request.
Result<bool> flag_in(const boost::json::object& object, std::string_view name, bool usual);

/// Texts from outside (a page's, a file's) may hold anything; JSON may not.
std::string valid_text(std::string_view text);

/// An empty text stands for nothing.
boost::json::value text_or_null(const std::string& text);

/// Each as valid_text() has it.
boost::json::array to_array(std::span<const std::string> texts);

}  // namespace lmbridge::control
