// POST /internal/...: what the predecessor's tools asked of it, in the shapes that they know:
// {"status","message"}.
#pragma once

#include "control/context.hpp"
#include "http/message.hpp"

#include <boost/asio/awaitable.hpp>

namespace lmbridge::control {

/// Answers at once; the default ids are captured, checked and written as by `lmbridgectl ids
/// capture`, in the mode and for the side that the configuration has. Errors: browser_gone, and
/// invalid_request while that goes on already.
boost::asio::awaitable<Result<Reply>> start_id_capture(const http::Request& request,
                                                       const Context& context);

/// Answers at once; available_models.json is written from what a page of ours lists.
boost::asio::awaitable<Result<Reply>> request_model_update(const http::Request& request,
                                                           const Context& context);

/// The body is the HTML of the site's page: available_models.json is written from it. Errors:
/// invalid_request without one, site_changed when it lists no models.
boost::asio::awaitable<Result<Reply>> update_available_models(const http::Request& request,
                                                              const Context& context);

}  // namespace lmbridge::control
