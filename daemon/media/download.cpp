#include "media/download.hpp"

#include "base/text.hpp"
#include "media/address_rules.hpp"
#include "media/curl_connection.hpp"
#include "media/download_failure.hpp"

#include <boost/asio/ip/address.hpp>
#include <boost/asio/ip/address_v4.hpp>
#include <boost/asio/ip/address_v6.hpp>

#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <new>
#include <utility>

namespace lmbridge::media {
namespace asio = boost::asio;
using asio::awaitable;
using Clock = std::chrono::steady_clock;

namespace {

constexpr long http_ok = 200;
/// Of an answer whose body nobody wants: read to its end where it is short, so that the connection
/// can be used again.
constexpr std::size_t unwanted_body_limit = 64UL * 1024;
constexpr std::size_t head_limit = 256UL * 1024;
/// In seconds; more than anybody waits for a file.
constexpr curl_off_t longest_retry_after = 86'400;
/// libcurl fills a buffer up to a hundred times before anything else on the thread gets its turn:
/// where the network is faster than we are, a small one keeps that under a millisecond.
constexpr long buffer_size = 4L * 1024;

std::optional<asio::ip::address> address_of(const curl_sockaddr& from) {
  if (from.family == AF_INET && from.addrlen >= sizeof(sockaddr_in)) {
    sockaddr_in v4{};
    std::memcpy(&v4, &from.addr, sizeof v4);
    return asio::ip::address_v4(ntohl(v4.sin_addr.s_addr));
  }
  if (from.family == AF_INET6 && from.addrlen >= sizeof(sockaddr_in6)) {
    sockaddr_in6 v6{};
    std::memcpy(&v6, &from.addr, sizeof v6);
    asio::ip::address_v6::bytes_type bytes;
    std::memcpy(bytes.data(), &v6.sin6_addr, bytes.size());
    return asio::ip::address_v6(bytes);
  }
  return std::nullopt;
}

/// The callbacks of one transfer, and what they have seen. libcurl is told where this is.
class Transfer {
 public:
  Transfer(CurlMulti& multi, const DownloadRequest& request);
  Transfer(const Transfer&) = delete;
  Transfer& operator=(const Transfer&) = delete;

  [[nodiscard]] CURL* easy() const { return easy_.get(); }

  /// When to give up as things stand.
  [[nodiscard]] CurlMulti::TimePoint deadline() const {
    return seen_.connected ? std::min(request_.deadline, last_byte_ + request_.silence_timeout)
                           : request_.deadline;
  }

  DownloadFailure failure(CURLcode code) const { return describe_failure(request_, code, seen_); }
  DownloadReply take_reply();

 private:
  template <class Value>
  void set(CURLoption option, Value value) {
    curl_easy_setopt(easy_.get(), option, value);
  }
  template <class Value>
  [[nodiscard]] Value info(CURLINFO which) const {
    Value value{};
    curl_easy_getinfo(easy_.get(), which, &value);
    return value;
  }
  void set_link();
  void set_limits();
  void set_callbacks();

  static curl_socket_t on_open(void* self, curlsocktype purpose, curl_sockaddr* address);
  static int on_connected(void* self, char* address, char* own_address, int port, int own_port);
  static std::size_t on_head(char* data, std::size_t size, std::size_t count, void* self);
  static std::size_t on_body(char* data, std::size_t size, std::size_t count, void* self);

  bool refuses(const asio::ip::address& address);
  bool take_head(std::size_t size);
  bool take_body(std::string_view data);

  CurlMulti& multi_;
  const DownloadRequest& request_;
  Easy easy_;
  std::array<char, CURL_ERROR_SIZE> details_{};
  TransferFacts seen_;
  CurlMulti::TimePoint last_byte_;
  std::size_t head_size_ = 0;
  std::size_t unwanted_size_ = 0;
  SharedRoom::Share room_;
  std::string body_;
};

Transfer::Transfer(CurlMulti& multi, const DownloadRequest& request)
    : multi_(multi), request_(request), easy_(curl_easy_init()), room_(request.room) {
  if (!easy_) throw std::bad_alloc();
  seen_.details = details_.data();
  set_link();
  set_limits();
  set_callbacks();
}

void Transfer::set_link() {
  set(CURLOPT_CURLU, request_.target.url());
  set_connection(easy(), {.proxy = request_.proxy,
                          .verify_tls = request_.verify_tls,
                          .ca_file = request_.ca_file,
                          .user_agent = request_.user_agent,
                          .connect_timeout = request_.connect_timeout,
                          .keepalive = request_.keepalive});
  // Another stream of a connection that is being made is cheaper than another connection, but only
  // with TLS is it soon known whether there can be one.
  set(CURLOPT_PIPEWAIT, request_.target.is_https() ? 1L : 0L);
}

void Transfer::set_limits() {
  set(CURLOPT_MAXFILESIZE_LARGE, static_cast<curl_off_t>(request_.size_limit));
  set(CURLOPT_DNS_CACHE_TIMEOUT, static_cast<long>(request_.dns_cache_ttl.count()));
  set(CURLOPT_BUFFERSIZE, buffer_size);
}

void Transfer::set_callbacks() {
  set(CURLOPT_ERRORBUFFER, details_.data());
  set(CURLOPT_OPENSOCKETFUNCTION, &Transfer::on_open);
  set(CURLOPT_OPENSOCKETDATA, this);
  set(CURLOPT_PREREQFUNCTION, &Transfer::on_connected);
  set(CURLOPT_PREREQDATA, this);
  set(CURLOPT_HEADERFUNCTION, &Transfer::on_head);
  set(CURLOPT_HEADERDATA, this);
  set(CURLOPT_WRITEFUNCTION, &Transfer::on_body);
  set(CURLOPT_WRITEDATA, this);
}

// --- callbacks -----------------------------------------------------------------------------------

/// Judges the very address that the connection is about to be made to, whatever the DNS said
/// before.
curl_socket_t Transfer::on_open(void* self, curlsocktype, curl_sockaddr* address) {
  auto& transfer = *static_cast<Transfer*>(self);
  const auto to = address_of(*address);
  if (!to || transfer.refuses(*to)) return CURL_SOCKET_BAD;
  return ::socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

/// Comes before each request, so that a connection that is used again is judged anew too.
int Transfer::on_connected(void* self, char* address, char*, int, int) {
  auto& transfer = *static_cast<Transfer*>(self);
  boost::system::error_code error;
  const auto connected = asio::ip::make_address(address, error);
  if (error || transfer.refuses(connected)) return CURL_PREREQFUNC_ABORT;
  transfer.seen_.connected = true;
  transfer.last_byte_ = Clock::now();
  // From now on it is silence that counts.
  transfer.multi_.hasten(transfer.easy());
  return CURL_PREREQFUNC_OK;
}

std::size_t Transfer::on_head(char*, std::size_t size, std::size_t count, void* self) {
  return static_cast<Transfer*>(self)->take_head(size * count) ? size * count : 0;
}

std::size_t Transfer::on_body(char* data, std::size_t size, std::size_t count, void* self) {
  return static_cast<Transfer*>(self)->take_body({data, size * count}) ? size * count : 0;
}

bool Transfer::refuses(const asio::ip::address& address) {
  if (request_.allow_private || !request_.proxy.empty()) return false;
  const auto reason = why_refused(address);
  if (reason) seen_.refused = RefusedAddress{.address = address.to_string(), .reason = *reason};
  return reason.has_value();
}

bool Transfer::take_head(std::size_t size) {
  last_byte_ = Clock::now();
  head_size_ += size;
  seen_.head_too_large = head_size_ > head_limit;
  return !seen_.head_too_large;
}

bool Transfer::take_body(std::string_view data) {
  last_byte_ = Clock::now();
  if (info<long>(CURLINFO_RESPONSE_CODE) != http_ok) {
    unwanted_size_ += data.size();
    seen_.unwanted_body_too_large = unwanted_size_ > unwanted_body_limit;
    return !seen_.unwanted_body_too_large;
  }
  seen_.body_too_large = data.size() > request_.size_limit - body_.size();
  seen_.no_room = !room_.take(data.size());
  if (seen_.body_too_large || seen_.no_room) return false;
  if (body_.empty()) {
    const auto declared = info<curl_off_t>(CURLINFO_CONTENT_LENGTH_DOWNLOAD_T);
    // Bounded: libcurl has refused a larger one.
    if (declared > 0) body_.reserve(static_cast<std::size_t>(declared));
  }
  body_ += data;
  return true;
}

DownloadReply Transfer::take_reply() {
  DownloadReply reply;
  reply.status = static_cast<int>(info<long>(CURLINFO_RESPONSE_CODE));
  if (const auto* type = info<char*>(CURLINFO_CONTENT_TYPE)) reply.content_type = type;
  if (const auto* link = info<char*>(CURLINFO_REDIRECT_URL)) reply.redirect = link;
  reply.retry_after =
      std::chrono::seconds(std::min(info<curl_off_t>(CURLINFO_RETRY_AFTER), longest_retry_after));
  reply.body = std::move(body_);
  return reply;
}

}  // namespace

awaitable<std::expected<DownloadReply, DownloadFailure>> download(CurlMulti& multi,
                                                                  const DownloadRequest& request) {
  Transfer transfer(multi, request);
  const auto code =
      co_await multi.perform(transfer.easy(), [&transfer] { return transfer.deadline(); });
  if (code != CURLE_OK) co_return std::unexpected(transfer.failure(code));
  co_return transfer.take_reply();
}

}  // namespace lmbridge::media
