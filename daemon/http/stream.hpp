// A client's socket with deadlines, whatever kind of socket it is.
#pragma once

#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/beast/core/basic_stream.hpp>

namespace lmbridge::http {

using Stream = boost::beast::basic_stream<boost::asio::generic::stream_protocol>;

}  // namespace lmbridge::http
