#include "http/listener.hpp"

#include <boost/asio/ip/address.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <fmt/format.h>

#include <cstring>
#include <utility>

namespace lmbridge::http {
namespace asio = boost::asio;
using asio::ip::tcp;
using Protocol = asio::generic::stream_protocol;

namespace {

std::string address_text(const tcp::endpoint& endpoint) {
  const auto address = endpoint.address().to_string();
  return endpoint.address().is_v6() ? fmt::format("[{}]:{}", address, endpoint.port())
                                    : fmt::format("{}:{}", address, endpoint.port());
}

/// The same address in another endpoint's type.
template <class Endpoint>
Endpoint converted(const Protocol::endpoint& endpoint) {
  Endpoint specific;
  specific.resize(endpoint.size());
  std::memcpy(specific.data(), endpoint.data(), endpoint.size());
  return specific;
}

}  // namespace

std::string address_text(const Protocol::endpoint& endpoint) {
  if (endpoint.protocol().family() == AF_UNIX) {
    return converted<asio::local::stream_protocol::endpoint>(endpoint).path();
  }
  return address_text(converted<tcp::endpoint>(endpoint));
}

Result<Listener> listen(const asio::any_io_executor& executor, const TcpAddress& wanted) {
  boost::system::error_code error;
  const auto address =
      asio::ip::make_address(wanted.host == "localhost" ? "127.0.0.1" : wanted.host, error);
  if (error) {
    return fail(ErrorCode::invalid_configuration,
                fmt::format("{}: \"{}\" is not an IP address", wanted.chosen_by, wanted.host));
  }
  const tcp::endpoint endpoint(address, wanted.port);
  Listener listener{.acceptor = Acceptor(executor)};
  auto& acceptor = listener.acceptor;
  acceptor.open(endpoint.protocol(), error);
  if (!error) acceptor.set_option(Acceptor::reuse_address(true), error);
  if (!error) acceptor.bind(endpoint, error);
  if (!error) acceptor.listen(asio::socket_base::max_listen_connections, error);
  if (error == asio::error::address_in_use) {
    return fail(ErrorCode::address_in_use,
                fmt::format("port {} of {} is taken by another program: stop it (is lmbridged "
                            "running already?) or choose another one with {}",
                            endpoint.port(), endpoint.address().to_string(), wanted.chosen_by));
  }
  if (error) {
    return fail(ErrorCode::invalid_configuration,
                fmt::format("can't listen on {}: {}", address_text(endpoint), error.message()));
  }
  return listener;
}

}  // namespace lmbridge::http
