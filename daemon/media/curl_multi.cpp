#include "media/curl_multi.hpp"

#include "base/condition.hpp"

#include <boost/asio/posix/stream_descriptor.hpp>

#include <cassert>
#include <new>
#include <optional>
#include <utility>

namespace lmbridge::media {
namespace asio = boost::asio;
using asio::awaitable;
using Descriptor = asio::posix::stream_descriptor;

/// A socket that libcurl wants watched. Shared: by the map and by the waits under way.
struct CurlMulti::Watch {
  Watch(const asio::any_io_executor& executor, curl_socket_t watched)
      : socket(watched), descriptor(executor) {}
  // The socket is libcurl's, which closes it.
  ~Watch() { let_go(); }
  Watch(const Watch&) = delete;
  Watch& operator=(const Watch&) = delete;

  void let_go() {
    wanted = CURL_POLL_NONE;
    if (descriptor.is_open()) descriptor.release();
  }

  curl_socket_t socket;
  Descriptor descriptor;
  /// CURL_POLL_IN and CURL_POLL_OUT: what libcurl wants to hear of, and what is being waited for.
  int wanted = CURL_POLL_NONE;
  int waiting = CURL_POLL_NONE;
};

/// A transfer under way; the multi handle has it exactly as long as this lives.
class CurlMulti::Running {
 public:
  Running(CurlMulti& owner, CURL* transfer)
      : changed(owner.executor_), multi_(owner), easy_(transfer) {
    const auto code = curl_multi_add_handle(multi_.multi_.get(), easy_);
    if (code == CURLM_OK) {
      multi_.running_.emplace(easy_, this);
    } else {
      result = code == CURLM_OUT_OF_MEMORY ? CURLE_OUT_OF_MEMORY : CURLE_FAILED_INIT;
    }
  }
  Running(const Running&) = delete;
  Running& operator=(const Running&) = delete;
  ~Running() { remove(); }

  void finish(CURLcode code) {
    result = code;
    remove();
    changed.notify();
  }

  std::optional<CURLcode> result;
  base::Condition changed;

 private:
  void remove() {
    if (multi_.running_.erase(easy_) > 0) curl_multi_remove_handle(multi_.multi_.get(), easy_);
  }

  CurlMulti& multi_;
  CURL* easy_;
};

CurlMulti::CurlMulti(const asio::any_io_executor& executor, const ConnectionLimits& limits)
    : executor_(executor), timer_(executor), multi_(curl_multi_init()) {
  if (!multi_) throw std::bad_alloc();
  auto* multi = multi_.get();
  curl_multi_setopt(multi, CURLMOPT_SOCKETFUNCTION, &CurlMulti::on_socket);
  curl_multi_setopt(multi, CURLMOPT_SOCKETDATA, this);
  curl_multi_setopt(multi, CURLMOPT_TIMERFUNCTION, &CurlMulti::on_timer);
  curl_multi_setopt(multi, CURLMOPT_TIMERDATA, this);
  curl_multi_setopt(multi, CURLMOPT_PIPELINING, CURLPIPE_MULTIPLEX);
  set_limits(limits);
}

CurlMulti::~CurlMulti() {
  assert(running_.empty());
  alive_.reset();
  multi_.reset();
  for (const auto& [socket, watch] : watches_) watch->let_go();
}

void CurlMulti::set_limits(const ConnectionLimits& limits) {
  auto* multi = multi_.get();
  const auto total = static_cast<long>(limits.total);
  curl_multi_setopt(multi, CURLMOPT_MAX_TOTAL_CONNECTIONS, total);
  curl_multi_setopt(multi, CURLMOPT_MAX_HOST_CONNECTIONS, static_cast<long>(limits.per_host));
  // Of those that are kept for later.
  curl_multi_setopt(multi, CURLMOPT_MAXCONNECTS, total);
}

awaitable<CURLcode> CurlMulti::perform(CURL* easy, Deadline deadline) {
  Running running(*this, easy);
  while (!running.result) {
    const auto until = deadline();
    if (until <= std::chrono::steady_clock::now()) co_return CURLE_OPERATION_TIMEDOUT;
    co_await running.changed.wait_until(until);
  }
  co_return *running.result;
}

void CurlMulti::hasten(CURL* easy) {
  const auto found = running_.find(easy);
  if (found != running_.end()) found->second->changed.notify();
}

// --- what libcurl asks for -----------------------------------------------------------------------

int CurlMulti::on_socket(CURL*, curl_socket_t socket, int wanted, void* self, void*) {
  return static_cast<CurlMulti*>(self)->watch(socket, wanted);
}

int CurlMulti::on_timer(CURLM*, long milliseconds, void* self) {
  static_cast<CurlMulti*>(self)->set_timer(std::chrono::milliseconds(milliseconds));
  return 0;
}

int CurlMulti::watch(curl_socket_t socket, int wanted) {
  if (wanted == CURL_POLL_REMOVE) {
    forget(socket);
    return 0;
  }
  auto& watch = watches_[socket];
  if (!watch) {
    watch = std::make_shared<Watch>(executor_, socket);
    boost::system::error_code error;
    watch->descriptor.assign(socket, error);
    if (error) {
      watches_.erase(socket);
      return -1;
    }
  }
  watch->wanted = wanted;
  arm(watch, CURL_POLL_IN);
  arm(watch, CURL_POLL_OUT);
  return 0;
}

void CurlMulti::forget(curl_socket_t socket) {
  const auto found = watches_.find(socket);
  if (found == watches_.end()) return;
  found->second->let_go();
  watches_.erase(found);
}

/// Waits for `direction`, one of CURL_POLL_IN and CURL_POLL_OUT, where libcurl wants it and nobody
/// does so yet. A wait that is no longer wanted goes on until it ends by itself.
void CurlMulti::arm(const std::shared_ptr<Watch>& watch, int direction) {
  if ((watch->wanted & direction) == 0 || (watch->waiting & direction) != 0) return;
  watch->waiting |= direction;
  const bool in = direction == CURL_POLL_IN;
  watch->descriptor.async_wait(in ? Descriptor::wait_read : Descriptor::wait_write,
                               [this, alive = std::weak_ptr(alive_), watch, direction,
                                in](const boost::system::error_code& error) {
                                 watch->waiting &= ~direction;
                                 if (alive.expired() || error || (watch->wanted & direction) == 0)
                                   return;
                                 act(watch->socket, in ? CURL_CSELECT_IN : CURL_CSELECT_OUT);
                                 arm(watch, direction);
                               });
}

void CurlMulti::set_timer(std::chrono::milliseconds delay) {
  if (delay.count() < 0) {
    timer_.cancel();
    return;
  }
  // Never at once: libcurl must not be called from inside of its own callback.
  timer_.expires_after(delay);
  timer_.async_wait([this, alive = std::weak_ptr(alive_)](const boost::system::error_code& error) {
    if (!alive.expired() && !error) act(CURL_SOCKET_TIMEOUT, 0);
  });
}

// --- what it is told -----------------------------------------------------------------------------

void CurlMulti::act(curl_socket_t socket, int events) {
  int running = 0;
  curl_multi_socket_action(multi_.get(), socket, events, &running);
  collect();
}

void CurlMulti::collect() {
  int more = 0;
  while (const auto* message = curl_multi_info_read(multi_.get(), &more)) {
    if (message->msg != CURLMSG_DONE) continue;
    const auto found = running_.find(message->easy_handle);
    // The message goes with the handle's removal.
    if (found != running_.end()) found->second->finish(message->data.result);
  }
}

}  // namespace lmbridge::media
