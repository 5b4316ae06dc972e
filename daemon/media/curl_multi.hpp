// libcurl's transfers as coroutines: one multi handle, driven by the sockets and the timer that the
// io_context watches for it. All transfers share its connections and its DNS cache.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>

#include <curl/curl.h>

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <unordered_map>

namespace lmbridge::media {

/// Connections at once; transfers above it wait inside of libcurl.
struct ConnectionLimits {
  std::size_t total = 200;
  std::size_t per_host = 50;
  bool operator==(const ConnectionLimits&) const = default;
};

struct EasyDeleter {
  void operator()(CURL* easy) const { curl_easy_cleanup(easy); }
};
using Easy = std::unique_ptr<CURL, EasyDeleter>;

/// I/O thread only. No transfer may be running when it goes: their owner's TaskGroup was joined.
class CurlMulti {
 public:
  using TimePoint = std::chrono::steady_clock::time_point;
  /// The moment at which a transfer is given up as things stand; it may move on while data comes.
  using Deadline = std::function<TimePoint()>;

  CurlMulti(const boost::asio::any_io_executor& executor, const ConnectionLimits& limits);
  CurlMulti(const CurlMulti&) = delete;
  CurlMulti& operator=(const CurlMulti&) = delete;
  ~CurlMulti();

  /// For connections that are made from now on.
  void set_limits(const ConnectionLimits& limits);

  /// Runs the transfer that `easy` describes to its end, or until `deadline` has passed:
  /// CURLE_OPERATION_TIMEDOUT. Afterwards, also when the task is cancelled, nothing of it is under
  /// way any more. `easy` outlives the call; its callbacks are called on the I/O thread and throw
  /// nothing.
  boost::asio::awaitable<CURLcode> perform(CURL* easy, Deadline deadline);

  /// Tells that the deadline of a transfer under way has come nearer. Callbacks may call it.
  void hasten(CURL* easy);

  [[nodiscard]] std::size_t running() const { return running_.size(); }

 private:
  struct Watch;
  class Running;

  /// libcurl's own start and end; it counts them.
  struct Library {
    Library() { curl_global_init(CURL_GLOBAL_DEFAULT); }
    Library(const Library&) = delete;
    Library& operator=(const Library&) = delete;
    ~Library() { curl_global_cleanup(); }
  };
  struct MultiDeleter {
    void operator()(CURLM* multi) const { curl_multi_cleanup(multi); }
  };

  static int on_socket(CURL* easy, curl_socket_t socket, int wanted, void* self, void* unused);
  static int on_timer(CURLM* multi, long milliseconds, void* self);

  int watch(curl_socket_t socket, int wanted);
  void forget(curl_socket_t socket);
  void arm(const std::shared_ptr<Watch>& watch, int direction);
  void set_timer(std::chrono::milliseconds delay);
  void act(curl_socket_t socket, int events);
  void collect();

  boost::asio::any_io_executor executor_;
  Library library_;
  boost::asio::steady_timer timer_;
  std::unordered_map<curl_socket_t, std::shared_ptr<Watch>> watches_;
  std::unordered_map<CURL*, Running*> running_;
  /// Shared: handlers that are on their way when this goes see by it that they come too late.
  std::shared_ptr<const bool> alive_ = std::make_shared<const bool>(true);
  std::unique_ptr<CURLM, MultiDeleter> multi_;
};

}  // namespace lmbridge::media
