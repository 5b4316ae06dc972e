#include "cdp/session.hpp"

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace lmbridge::cdp {
namespace asio = boost::asio;

asio::awaitable<Result<std::unique_ptr<Session>>> Session::attach(Connection& connection,
                                                                  std::string target_id,
                                                                  EventSink& sink,
                                                                  Duration timeout) {
  std::string id;
  if (target_id.empty()) {
    auto attached = co_await connection.call("", target::AttachToBrowserTarget{}, timeout);
    if (!attached) co_return std::unexpected(std::move(attached).error());
    id = std::move(attached->session_id);
  } else {
    auto attached = co_await connection.call(
        "", target::AttachToTarget{.target_id = std::move(target_id)}, timeout);
    if (!attached) co_return std::unexpected(std::move(attached).error());
    id = std::move(attached->session_id);
  }
  co_return std::make_unique<Session>(connection, std::move(id), sink);
}

Session::Session(Connection& connection, std::string id, EventSink& sink)
    : connection_(connection), id_(std::move(id)) {
  connection_.subscribe(id_, sink);
}

Session::~Session() {
  connection_.unsubscribe(id_);
  connection_.post("", target::DetachFromTarget{.session_id = id_});
}

// The words of Chromium (content/browser/devtools/protocol/page_handler.cc); it has no code for it.
bool Session::is_between_documents(const Error& refusal) {
  return refusal.code == ErrorCode::internal &&
         refusal.message.ends_with("Not attached to an active page");
}

asio::awaitable<void> Session::pause() {
  asio::steady_timer timer(co_await asio::this_coro::executor, between_tries);
  co_await timer.async_wait(asio::use_awaitable);
}

}  // namespace lmbridge::cdp
