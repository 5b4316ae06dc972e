#include "cdp/session.hpp"

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

}  // namespace lmbridge::cdp
