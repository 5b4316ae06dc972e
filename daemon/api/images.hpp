// POST /v1/images/generations, /v1/images/edits and /v1/images/variations.
#pragma once

#include "api/context.hpp"
#include "http/exchange.hpp"

#include <boost/asio/awaitable.hpp>

namespace lmbridge::api {

boost::asio::awaitable<void> generate_images(http::Exchange& exchange, const Context& context);
/// Takes a form, as the SDKs send it, or JSON.
boost::asio::awaitable<void> edit_images(http::Exchange& exchange, const Context& context);
/// There are none: a picture without a prompt can't be asked for.
boost::asio::awaitable<void> refuse_variations(http::Exchange& exchange, const Context& context);

}  // namespace lmbridge::api
