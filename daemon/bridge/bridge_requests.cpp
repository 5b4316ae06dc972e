// Which request goes to which page, and what is said while it can't.

#include "arena/error_texts.hpp"
#include "bridge/bridge.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>
#include <utility>

namespace lmbridge::bridge {

using std::chrono::steady_clock;

std::string_view name(BridgeState state) {
  switch (state) {
    case BridgeState::ready:
      return "ready";
    case BridgeState::not_ready:
      return "not_ready";
    case BridgeState::needs_verification:
      return "needs_verification";
    case BridgeState::needs_sign_in:
      return "needs_sign_in";
    case BridgeState::crash_loop:
      return "crash_loop";
    case BridgeState::draining:
      return "draining";
    case BridgeState::shutting_down:
      return "shutting_down";
  }
  return "";
}

void Bridge::drain() {
  draining_ = true;
  update_readiness();
}

void Bridge::resume() {
  draining_ = false;
  update_readiness();
}

Result<std::unique_ptr<Ticket>> Bridge::ask_for_place(OrderSource& source, base::Condition& news,
                                                      const TicketHolder& holder, Arrival arrival) {
  if (closing_) return std::unexpected(why_waiting());
  if (draining_ && arrival == Arrival::first) {
    return fail(ErrorCode::draining, "the daemon takes no new requests for now: try again later");
  }
  auto ticket = std::make_unique<Ticket>(static_cast<TicketOffice&>(*this), source, news, holder);
  // One for which there is a place does not wait.
  const bool waits = !line_.empty() || least_loaded() == nullptr;
  if (arrival == Arrival::first && waits && !line_.has_room(holder.bytes)) {
    return fail(ErrorCode::queue_full,
                fmt::format("{} requests are waiting already: try again later", line_.size()));
  }
  line_.join(*ticket);
  dispatch();
  if (!ticket->settled()) changed_.notify();
  return ticket;
}

void Bridge::withdraw(const Ticket& ticket) {
  line_.leave(ticket);
}

void Bridge::on_page_change(SitePage& /*page*/) {
  changed_.notify();
  if (const auto now_running = running(); now_running != last_running_) {
    last_running_ = now_running;
    last_used_ = steady_clock::now();
  }
  update_readiness();
  dispatch();
}

/// Gives the free places to those who wait.
void Bridge::dispatch() {
  // An order that can't be made ends its ticket, and whoever hears of it may come back here.
  if (std::exchange(dispatching_, true)) return;
  const std::shared_ptr<void> reset(nullptr, [this](void*) { dispatching_ = false; });
  while (!line_.empty()) {
    auto* page = least_loaded();
    if (page == nullptr) break;
    auto& ticket = *line_.call_next();
    auto order = ticket.source().order();
    if (!order) {
      ticket.settle(std::unexpected(std::move(order).error()));
      continue;
    }
    used_ = true;
    ticket.settle(page->start(*std::move(order), ticket.news()));
  }
}

/// A context in which nobody signed in may lack what the default one has got since.
void Bridge::on_refusal(SitePage& page) {
  const auto& front = *cookies_.front();
  auto& own = *cookies_[page.number() - 1];
  const bool helps = pages_.front()->state() == PageState::ready && own.jar() != front.jar();
  if (page.number() > 1 && helps) own.adopt(front.jar());
}

void Bridge::on_browser_stuck() {
  log_.error(attaches() ? "the browser does not answer any more; leaving it, to attach to it again"
                        : "the browser does not answer any more; killing it, to start it again");
  browser_->kill();
}

/// The page with the smallest share of its places taken; nullptr when none has a free one. A page
/// that must try whether the site answers again comes first: nothing else tells.
SitePage* Bridge::least_loaded() const {
  SitePage* best = nullptr;
  for (const auto& page : pages_) {
    if (page->free_places() == 0) continue;
    if (page->is_on_trial()) return page.get();
    if (best == nullptr ||
        page->running() * best->capacity() < best->running() * page->capacity()) {
      best = page.get();
    }
  }
  return best;
}

std::size_t Bridge::running() const {
  return std::accumulate(pages_.begin(), pages_.end(), 0UL,
                         [](std::size_t sum, const auto& page) { return sum + page->running(); });
}

bool Bridge::is_serving() const {
  return !closing_ && assess_pages().state == BridgeState::ready;
}

Readiness Bridge::assess() const {
  if (closing_) {
    return {.state = BridgeState::shutting_down, .reason = "the daemon is shutting down"};
  }
  if (draining_) {
    return {.state = BridgeState::draining,
            .reason = "the daemon was told to take no new requests (lmbridgectl resume)"};
  }
  return assess_pages();
}

Readiness Bridge::assess_pages() const {
  const auto in_state = [this](PageState state) {
    const auto found = std::ranges::find(pages_, state, &SitePage::state);
    return found == pages_.end() ? nullptr : found->get();
  };
  if (in_state(PageState::ready) != nullptr) return {.state = BridgeState::ready, .reason = ""};
  if (const auto* page = in_state(PageState::needs_verification)) {
    return {.state = BridgeState::needs_verification, .reason = page->trouble()};
  }
  if (const auto* page = in_state(PageState::needs_sign_in)) {
    return {.state = BridgeState::needs_sign_in, .reason = page->trouble()};
  }
  if (crashes_.is_loop()) {
    return {.state = BridgeState::crash_loop,
            .reason = "the browser dies again and again; the daemon's log says with which words"};
  }
  return {.state = BridgeState::not_ready,
          .reason = browser_trouble_.empty() ? pages_.front()->trouble() : browser_trouble_};
}

void Bridge::update_readiness() {
  auto readiness = assess();
  const bool is_same = readiness == readiness_;
  // While requests are refused the pages go on serving those that have come.
  if (!is_same || is_serving() != serving_) {
    readiness_ = std::move(readiness);
    serving_ = is_serving();
    for (auto* news : listeners_) news->notify();
  }
  if (observer_) observer_();
}

Error Bridge::why_waiting() const {
  const auto now = closing_ ? assess() : assess_pages();
  switch (now.state) {
    case BridgeState::ready:
      return {.code = ErrorCode::overloaded,
              .message = fmt::format("no place became free in time: {} requests are running and {} "
                                     "are waiting; try again later",
                                     running(), line_.size())};
    case BridgeState::needs_verification:
      return {.code = ErrorCode::verification_required,
              .message = arena::sentence(ErrorCode::verification_required)};
    case BridgeState::needs_sign_in:
      return {.code = ErrorCode::sign_in_required,
              .message = arena::sentence(ErrorCode::sign_in_required)};
    case BridgeState::shutting_down:
      return {.code = ErrorCode::shutting_down, .message = now.reason};
    default:
      return {.code = ErrorCode::page_not_ready, .message = now.reason};
  }
}

}  // namespace lmbridge::bridge
