#include "cdp/web_socket_transport.hpp"

#include "base/strict_json.hpp"
#include "base/text.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>
#include <boost/beast/websocket/stream.hpp>
#include <fmt/format.h>

#include <string>
#include <utility>

namespace lmbridge::cdp {
namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
namespace websocket = boost::beast::websocket;
using asio::as_tuple;
using asio::awaitable;
using asio::use_awaitable;
using base::DevToolsAddress;
using std::chrono::steady_clock;

namespace {

/// As long as the messages of the pipe may be.
constexpr std::size_t message_limit = 256UL * 1024 * 1024;
/// What a browser tells of itself is some hundred bytes.
constexpr std::size_t version_limit = 64UL * 1024;
/// One huge message must not keep its memory for ever.
constexpr std::size_t kept_capacity = 1024UL * 1024;

/// Browsers talk to nobody who calls them by a name, which could be that of a web site.
std::string host_field(beast::tcp_stream& stream) {
  boost::system::error_code ignored;  // it is connected
  const auto place = stream.socket().remote_endpoint(ignored);
  return DevToolsAddress{
      .host = place.address().to_string(), .port = std::to_string(place.port()), .target = {}}
      .authority();
}

std::unexpected<Error> gone(std::string message) {
  return fail(ErrorCode::browser_gone, std::move(message));
}

/// Nothing is compressed: the browser is near.
class WebSocketTransport final : public Transport {
 public:
  using Stream = websocket::stream<beast::tcp_stream, false>;

  explicit WebSocketTransport(beast::tcp_stream stream) : stream_(std::move(stream)) {
    stream_.read_message_max(message_limit);
    stream_.auto_fragment(false);
    stream_.text(true);
  }

  awaitable<Result<void>> shake_hands(const DevToolsAddress& address) {
    websocket::response_type answer;
    const auto host = host_field(beast::get_lowest_layer(stream_));
    const auto [error] =
        co_await stream_.async_handshake(answer, host, address.target, as_tuple(use_awaitable));
    if (error == websocket::error::upgrade_declined) {
      co_return gone(fmt::format(
          "the browser at {} refused {} with status {}: its id changes with every start, so leave "
          "the path away and it is asked for it",
          address.authority(), address.target, answer.result_int()));
    }
    if (error) {
      co_return gone(fmt::format("what listens at {} is no browser's DevTools: {}",
                                 address.authority(), error.message()));
    }
    // The browser may have nothing to say for as long as it likes.
    beast::get_lowest_layer(stream_).expires_never();
    co_return Result<void>();
  }

  awaitable<Result<std::string_view>> receive() override {
    buffer_.consume(buffer_.size());
    if (buffer_.capacity() > kept_capacity) buffer_.shrink_to_fit();
    const auto [error, size] = co_await stream_.async_read(buffer_, as_tuple(use_awaitable));
    if (error) co_return closed(error);
    const auto data = buffer_.cdata();
    co_return std::string_view(static_cast<const char*>(data.data()), data.size());
  }

  awaitable<Result<void>> send(std::string_view messages) override {
    while (!messages.empty()) {
      const auto message = messages.substr(0, messages.find('\0'));
      messages.remove_prefix(message.size() + 1);
      const auto [error, size] =
          co_await stream_.async_write(asio::buffer(message), as_tuple(use_awaitable));
      if (error) co_return closed(error);
    }
    co_return Result<void>();
  }

  void close() override { beast::get_lowest_layer(stream_).close(); }

 private:
  static std::unexpected<Error> closed(const boost::system::error_code& error) {
    return gone("the DevTools connection was closed: " + error.message());
  }

  Stream stream_;
  beast::flat_buffer buffer_{message_limit};
};

awaitable<Result<beast::tcp_stream>> connect(asio::any_io_executor executor,
                                             const DevToolsAddress& address,
                                             steady_clock::time_point deadline) {
  asio::ip::tcp::resolver resolver(executor);
  const auto [unknown, places] =
      co_await resolver.async_resolve(address.host, address.port, as_tuple(use_awaitable));
  if (unknown) {
    co_return gone(fmt::format("{} can't be found: {}", address.host, unknown.message()));
  }
  beast::tcp_stream stream(executor);
  stream.expires_at(deadline);
  const auto [error, place] = co_await stream.async_connect(places, as_tuple(use_awaitable));
  if (error) {
    co_return gone(
        fmt::format("no browser listens at {} ({}): start it with --remote-debugging-port={} and a "
                    "--user-data-dir of its own",
                    address.authority(), error.message(), address.port));
  }
  boost::system::error_code ignored;  // it is only slower without
  stream.socket().set_option(asio::ip::tcp::no_delay(true), ignored);
  co_return stream;
}

Result<std::string> target_in(std::string_view answer) {
  const auto read = base::parse_strict_json(answer);
  const auto* object = read ? read->if_object() : nullptr;
  const auto* found = object != nullptr ? object->if_contains("webSocketDebuggerUrl") : nullptr;
  const auto* link = found != nullptr ? found->if_string() : nullptr;
  if (link == nullptr) return gone("it names no webSocketDebuggerUrl");
  auto address = base::read_devtools_address(*link);
  if (!address) return gone("its webSocketDebuggerUrl is none: " + address.error().message);
  return std::move(address->target);
}

/// Which target the browser is, as it tells in
/// https://chromedevtools.github.io/devtools-protocol/#endpoints.
awaitable<Result<std::string>> ask_for_target(beast::tcp_stream stream,
                                              const DevToolsAddress& address) {
  constexpr unsigned version = 11;
  http::request<http::empty_body> request(http::verb::get, "/json/version", version);
  request.set(http::field::host, host_field(stream));
  const auto refuse = [&](const std::string& reason) {
    return gone(
        fmt::format("{} was asked for /json/version: {}; is it a browser with DevTools open?",
                    address.authority(), reason));
  };
  const auto [unsent, sent] = co_await http::async_write(stream, request, as_tuple(use_awaitable));
  if (unsent) co_return refuse(unsent.message());
  http::response_parser<http::string_body> parser;
  parser.body_limit(version_limit);
  beast::flat_buffer buffer;
  const auto [error, size] =
      co_await http::async_read(stream, buffer, parser, as_tuple(use_awaitable));
  if (error) co_return refuse(error.message());
  if (parser.get().result() != http::status::ok) {
    co_return refuse(fmt::format("it answered with status {} and {}", parser.get().result_int(),
                                 base::quoted(base::excerpt(parser.get().body(), 100))));
  }
  auto target = target_in(parser.get().body());
  if (!target) co_return refuse(target.error().message);
  co_return target;
}

}  // namespace

awaitable<Result<std::unique_ptr<Transport>>> connect_web_socket(asio::any_io_executor executor,
                                                                 DevToolsAddress address,
                                                                 steady_clock::duration timeout) {
  const auto deadline = steady_clock::now() + timeout;
  if (address.target.empty()) {
    auto stream = co_await connect(executor, address, deadline);
    if (!stream) co_return std::unexpected(std::move(stream).error());
    auto target = co_await ask_for_target(*std::move(stream), address);
    if (!target) co_return std::unexpected(std::move(target).error());
    address.target = *std::move(target);
  }
  auto stream = co_await connect(executor, address, deadline);
  if (!stream) co_return std::unexpected(std::move(stream).error());
  auto transport = std::make_unique<WebSocketTransport>(*std::move(stream));
  auto done = co_await transport->shake_hands(address);
  if (!done) co_return std::unexpected(std::move(done).error());
  co_return transport;
}

}  // namespace lmbridge::cdp
