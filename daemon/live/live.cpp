#include "live/live.hpp"

#include "base/text.hpp"
#include "live/files.hpp"
#include "live/viewer.hpp"
#include "live/words.hpp"

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <utility>

namespace lmbridge::live {
namespace asio = boost::asio;
using asio::awaitable;
using std::chrono::steady_clock;
using namespace std::chrono_literals;

namespace {

constexpr std::string_view socket_path = "/live/socket";
/// For a page to say who looks; it does so at once.
constexpr auto introduction_limit = 10s;
/// Strangers at a time.
constexpr std::size_t most_strangers = 8;
/// Before a stranger is told that it was wrong. Secrets can't be guessed, but nobody need try fast.
constexpr auto refusal_pause = 1s;

/// Whether the request comes from a page of the address that it is sent to. Browsers always say
/// where a WebSocket comes from, and nobody else needs one.
bool comes_from_own_page(const http::Request& request) {
  const auto origin = request.headers.get("origin").value_or("");
  const auto host = request.headers.get("host").value_or("");
  const auto scheme_end = origin.find("://");
  if (scheme_end == std::string_view::npos || host.empty()) return false;
  if (request.headers.count("origin") > 1 || request.headers.count("host") > 1) return false;
  return base::equals_ignoring_case(origin.substr(scheme_end + 3), host);
}

}  // namespace

/// A connection of which nobody knows yet who is behind it.
struct Live::Stranger {
  Stranger(const asio::any_io_executor& executor, std::string from)
      : changed(executor), address(std::move(from)) {}
  base::Condition changed;
  std::string address;
  bool is_over = false;

  void end() {
    is_over = true;
    changed.notify();
  }
};

Live::Live(asio::any_io_executor executor, Parts parts)
    : executor_(std::move(executor)), parts_(std::move(parts)) {}

Live::~Live() = default;

Result<std::unique_ptr<Invitation>> Live::invite(std::string page) {
  if (is_closed_) return fail(ErrorCode::shutting_down, "the daemon is stopping");
  const auto& settings = parts_.settings.current()->live_view;
  const auto id = ++last_id_;
  const auto expires = steady_clock::now() + settings.link;
  auto invitation =
      std::make_unique<Invitation>(executor_,
                                   Invitation::Terms{.id = id,
                                                     .token = passes_.issue(id, expires),
                                                     .page = std::move(page),
                                                     .expires = expires,
                                                     .idle_limit = settings.idle},
                                   [this, id] { withdraw(id); });
  invitations_[id] = invitation.get();
  return invitation;
}

void Live::withdraw(InvitationId id) {
  passes_.withdraw(id);
  invitations_.erase(id);
  if (current_.viewer != nullptr && current_.id == id) current_.viewer->end(endings::ended);
}

void Live::close() {
  is_closed_ = true;
  if (current_.viewer != nullptr) current_.viewer->end(endings::stopping);
  for (auto* stranger : strangers_) stranger->end();
  for (const auto& [id, invitation] : invitations_) {
    // That of the viewer ends when the viewer has gone.
    const bool is_viewed = current_.viewer != nullptr && current_.id == id;
    if (!is_viewed) invitation->end(endings::stopping.reason);
  }
}

awaitable<void> Live::handle(http::Exchange& exchange) {
  const auto& request = exchange.request();
  if (invitations_.empty()) {
    co_await exchange.respond(parts_.error_response(
        {.code = ErrorCode::not_found,
         .message = "there is nothing at /live unless lmbridgectl live runs"}));
  } else if (request.path == socket_path) {
    co_await serve_socket(exchange);
  } else {
    co_await serve_file(exchange);
  }
}

awaitable<void> Live::serve_file(http::Exchange& exchange) {
  const auto& request = exchange.request();
  if (request.method != "GET" && request.method != "HEAD") {
    exchange.add_response_header("allow", "GET, HEAD");
    co_return co_await refuse(exchange, {.code = ErrorCode::method_not_allowed,
                                         .message = "here can only be read: GET and HEAD"});
  }
  if (request.path == "/live") {
    // The browser keeps the fragment.
    co_await exchange.respond({.status = 308, .headers = {{"location", "/live/"}}, .body = {}});
    co_return;
  }
  auto file = find_file(request.path);
  if (!file) {
    co_return co_await refuse(
        exchange, {.code = ErrorCode::not_found, .message = "there is no such file of this page"});
  }
  co_await exchange.respond(*std::move(file));
}

awaitable<void> Live::refuse(http::Exchange& exchange, Error error) const {
  co_await exchange.respond(parts_.error_response(error));
}

void Live::count_refusal(std::string_view reason, std::string_view address) {
  ++counts_.refused[std::string(reason)];
  parts_.log.info("a viewer was refused", {{"reason", reason}, {"address", address}});
}

awaitable<void> Live::serve_socket(http::Exchange& exchange) {
  const auto address = exchange.request().address;
  if (!comes_from_own_page(exchange.request())) {
    count_refusal("origin", address);
    co_return co_await refuse(exchange,
                              {.code = ErrorCode::forbidden,
                               .message = "only the daemon's own page may open this WebSocket"});
  }
  auto socket = co_await exchange.accept_web_socket({});
  if (!socket) {
    count_refusal("handshake", address);
    if (!exchange.started()) co_await refuse(exchange, std::move(socket.error()));
    co_return;
  }
  auto admission = co_await introduce(**socket, address);
  if (admission) co_await welcome(**socket, *std::move(admission), address);
}

/// Nothing when the stranger was refused, and told so.
awaitable<std::optional<Live::Admission>> Live::introduce(http::WebSocket& socket,
                                                          std::string address) {
  Stranger stranger(executor_, address);
  // Rather the one who has said nothing so far: a page speaks at once.
  if (strangers_.size() >= most_strangers) {
    count_refusal("crowd", strangers_.front()->address);
    strangers_.front()->end();
    strangers_.pop_front();
  }
  strangers_.push_back(&stranger);
  const std::shared_ptr<void> listed(nullptr, [&](void*) { strangers_.remove(&stranger); });
  base::TaskGroup tasks(executor_, parts_.log);
  std::optional<Admission> admission;
  const auto deadline = steady_clock::now() + introduction_limit;
  co_await tasks.enclose([&]() -> awaitable<void> {
    tasks.spawn("introduction of a viewer", [&]() -> awaitable<void> {
      admission = co_await check(socket, address);
      stranger.end();
    });
    while (!stranger.is_over && steady_clock::now() < deadline) {
      co_await stranger.changed.wait_until(deadline);
    }
  }());
  co_return admission;
}

awaitable<std::optional<Live::Admission>> Live::check(http::WebSocket& socket,
                                                      const std::string& address) {
  const auto message = co_await socket.read();
  if (!message) {
    if (message.error().code != ErrorCode::cancelled) count_refusal("handshake", address);
    co_return std::nullopt;
  }
  const auto introduction = parse_introduction(message->data);
  if (!introduction) {
    count_refusal("handshake", address);
    co_await socket.close(close_code::policy, "introduce yourself");
    co_return std::nullopt;
  }
  std::optional<Refusal> refusal;
  if (introduction->is_token) {
    auto entry = passes_.enter(introduction->secret, steady_clock::now());
    if (entry) co_return Admission{.id = entry->id, .welcome = welcome_json(entry->resume)};
    refusal = entry.error();
  } else {
    const auto id = passes_.resume(introduction->secret);
    if (id) co_return Admission{.id = *id, .welcome = welcome_json(introduction->secret)};
    refusal = id.error();
  }
  count_refusal(name(*refusal), address);
  asio::steady_timer pause(executor_, refusal_pause);
  co_await pause.async_wait(asio::use_awaitable);
  co_await socket.write_text(refused_json(name(*refusal)));
  co_await socket.close(close_code::refused, name(*refusal));
  co_return std::nullopt;
}

awaitable<void> Live::welcome(http::WebSocket& socket, Admission admission, std::string address) {
  const auto found = invitations_.find(admission.id);
  if (found == invitations_.end()) {
    co_await socket.close(close_code::ended, endings::ended.reason);
    co_return;
  }
  Viewer viewer(executor_,
                {.bridge = parts_.bridge,
                 .waiting_for = waiting_for_,
                 .log = parts_.log,
                 .idle_limit = parts_.settings.current()->live_view.idle},
                socket, found->second->page());
  if (current_.viewer != nullptr) current_.viewer->end(endings::replaced);
  current_ = {.viewer = &viewer, .id = admission.id};
  ++counts_.viewers;
  parts_.log.info("a viewer has come", {{"address", address}});
  found->second->note_came(address);
  auto ending = endings::stopping;
  // However this ends, also when it is cancelled.
  const std::shared_ptr<void> gone(nullptr, [&](void*) {
    if (current_.viewer == &viewer) current_ = {};
    parts_.log.info("a viewer has gone", {{"address", address}, {"reason", ending.reason}});
    const auto invitation = invitations_.find(admission.id);
    if (invitation == invitations_.end()) return;
    invitation->second->note_left(address, ending);
    // Its link has been used, and its viewer may not come back.
    const bool is_replaced =
        ending.reason == endings::replaced.reason && current_.id != admission.id;
    if (is_closed_ || is_replaced) invitation->second->end(ending.reason);
  });
  ending = co_await viewer.run(std::move(admission.welcome));
  if (ending.reason == endings::refused.reason) ++counts_.refused["message"];
}

}  // namespace lmbridge::live
