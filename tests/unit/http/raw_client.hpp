// An HTTP client that sends exactly the bytes it is told to, over a real socket.
#pragma once

#include "base/text.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include <cstdint>
#include <filesystem>
#include <stdexcept>
#include <string>
#include <string_view>

namespace lmbridge::test {

struct RawResponse {
  int status = 0;
  /// Status line and headers, in lower case.
  std::string head;
  /// Without its chunks' borders.
  std::string body;

  [[nodiscard]] bool has(std::string_view line) const {
    return head.find("\r\n" + std::string(line) + "\r\n") != std::string::npos;
  }
  [[nodiscard]] bool names(std::string_view header) const {
    return head.find("\r\n" + std::string(header) + ":") != std::string::npos;
  }
  [[nodiscard]] std::string value(std::string_view header) const {
    const auto start = head.find("\r\n" + std::string(header) + ": ");
    if (start == std::string::npos) return {};
    const auto from = start + header.size() + 4;
    return head.substr(from, head.find("\r\n", from) - from);
  }
};

class RawClient {
 public:
  using Tcp = boost::asio::ip::tcp;

  explicit RawClient(const boost::asio::any_io_executor& executor) : socket_(executor) {}

  /// `receive_buffer`: for a client that shall block the server soon.
  boost::asio::awaitable<void> connect(std::uint16_t port, int receive_buffer = 0) {
    socket_.open(Tcp::v4());
    if (receive_buffer > 0) {
      socket_.set_option(boost::asio::socket_base::receive_buffer_size(receive_buffer));
    }
    socket_.set_option(Tcp::no_delay(true));
    co_await socket_.async_connect(Tcp::endpoint(boost::asio::ip::address_v4::loopback(), port),
                                   boost::asio::use_awaitable);
  }

  /// To a unix socket.
  boost::asio::awaitable<void> connect(const std::filesystem::path& path) {
    const boost::asio::local::stream_protocol::endpoint endpoint(path.string());
    co_await socket_.async_connect(endpoint, boost::asio::use_awaitable);
  }

  boost::asio::awaitable<void> send(std::string text) {
    co_await boost::asio::async_write(socket_, boost::asio::buffer(text),
                                      boost::asio::use_awaitable);
  }

  /// The next response; throws when the connection ends before it is whole. `with_body` is false
  /// for answers to HEAD.
  boost::asio::awaitable<RawResponse> receive(bool with_body = true) {
    RawResponse response;
    response.head = lower(co_await take_until("\r\n\r\n"));
    if (!response.head.starts_with("http/1.")) throw std::runtime_error("no response");
    response.status = std::stoi(response.head.substr(9, 3));
    if (!with_body || response.status == 204 || response.status == 100) co_return response;
    if (response.has("transfer-encoding: chunked")) {
      response.body = co_await take_chunks();
    } else if (response.names("content-length")) {
      response.body = co_await take(std::stoul(response.value("content-length")));
    } else {
      response.body = co_await receive_rest();
    }
    co_return response;
  }

  boost::asio::awaitable<RawResponse> exchange(std::string request) {
    co_await send(std::move(request));
    co_return co_await receive();
  }

  /// The head of a response whose body comes later.
  boost::asio::awaitable<std::string> receive_head() {
    co_return lower(co_await take_until("\r\n\r\n"));
  }

  boost::asio::awaitable<std::string> take_until(std::string_view marker) {
    const auto size = co_await boost::asio::async_read_until(
        socket_, boost::asio::dynamic_buffer(input_), marker, boost::asio::use_awaitable);
    co_return cut(size);
  }

  /// So many bytes.
  boost::asio::awaitable<std::string> take(std::size_t size) {
    if (input_.size() < size) {
      co_await boost::asio::async_read(socket_, boost::asio::dynamic_buffer(input_),
                                       boost::asio::transfer_at_least(size - input_.size()),
                                       boost::asio::use_awaitable);
    }
    co_return cut(size);
  }

  /// All that comes until the server closes the connection.
  boost::asio::awaitable<std::string> receive_rest() {
    boost::system::error_code error;
    co_await boost::asio::async_read(
        socket_, boost::asio::dynamic_buffer(input_),
        boost::asio::redirect_error(boost::asio::use_awaitable, error));
    was_reset_ = error == boost::asio::error::connection_reset;
    co_return cut(input_.size());
  }

  /// Whether receive_rest() ended with a reset instead of an orderly end.
  [[nodiscard]] bool was_reset() const { return was_reset_; }
  /// Bytes that have come and were not asked for yet.
  [[nodiscard]] std::size_t available() const { return input_.size() + socket_.available(); }

  void close() { socket_.close(); }
  /// Leaves with a reset, as a killed program with unread input does.
  void reset() {
    socket_.set_option(boost::asio::socket_base::linger(true, 0));
    socket_.close();
  }

 private:
  boost::asio::awaitable<std::string> take_chunks() {
    std::string body;
    for (;;) {
      const auto line = co_await take_until("\r\n");
      const auto size = std::stoul(line, nullptr, 16);
      const auto chunk = co_await take(size + 2);
      if (size == 0) co_return body;
      body.append(chunk, 0, size);
    }
  }

  std::string cut(std::size_t size) {
    auto text = input_.substr(0, size);
    input_.erase(0, size);
    return text;
  }

  static std::string lower(std::string text) {
    for (auto& c : text) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    return text;
  }

  boost::asio::generic::stream_protocol::socket socket_;
  std::string input_;
  bool was_reset_ = false;
};

}  // namespace lmbridge::test
