#include "bridge/site_page.hpp"

#include "arena/error_texts.hpp"
#include "base/text.hpp"
#include "bridge_js/script.hpp"
#include "cdp/protocol.hpp"

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace lmbridge::bridge {
namespace asio = boost::asio;
using asio::awaitable;
using namespace std::chrono_literals;
using std::chrono::steady_clock;

namespace {

/// For commands that a healthy browser answers within milliseconds.
constexpr auto command_timeout = 10s;
/// Until a page's document is committed.
constexpr auto navigation_timeout = 30s;
/// Until the script in it says so.
constexpr auto hello_timeout = 15s;
/// A page that lived this long did not fail for the same reason as before.
constexpr auto healthy_after = 5s;
/// How long somebody who signs in may be away from the site.
constexpr auto longest_absence = 300s;
/// How long the browser may take to say that a renderer that was told to crash has.
constexpr auto crash_timeout = 1s;

bool is_web_page(std::string_view url) {
  return url.starts_with("https://") || url.starts_with("http://");
}

std::string_view origin_of(std::string_view url) {
  return url.substr(0, url.find('/', url.find("://") + 3));
}

bool is_success(int status) {
  // A document whose status the browser does not tell has been loaded all the same.
  return status == 0 || (status >= 200 && status < 400);
}

}  // namespace

SitePage::SitePage(const asio::any_io_executor& executor, unsigned number, SitePageOptions options,
                   SitePageOwner& owner, base::Log& log)
    : executor_(executor),
      number_(number),
      options_(std::move(options)),
      owner_(owner),
      log_(log),
      changed_(executor) {}

SitePage::~SitePage() = default;

awaitable<void> SitePage::keep(cdp::Connection& connection, std::string context_id,
                               Preparation prepare) {
  for (;;) {
    closed_ = false;
    auto page = co_await cdp::Page::open(
        connection,
        {.browser_context_id = context_id, .in_foreign_browser = options_.in_foreign_browser},
        {.name = std::string(bridge_js::world),
         .binding = std::string(bridge_js::binding),
         .script = std::string(bridge_js::script)},
        *this, command_timeout);
    if (!page) {
      log_.warning("a page could not be opened",
                   {{"page", number_}, {"reason", describe_chain(page.error())}});
      if (page.error().code == ErrorCode::timed_out) owner_.on_browser_stuck();
      co_await pause();
      continue;
    }
    page_ = *std::move(page);
    opened_at_ = steady_clock::now();
    if (auto old = std::exchange(discarded_, {}); !old.empty()) {
      connection.post("", cdp::target::CloseTarget{.target_id = std::move(old)});
    }
    base::TaskGroup starts(executor_, log_);
    starts_ = &starts;
    // Whatever ends this: nobody must start a request in a group that is gone.
    const std::shared_ptr<void> reset(nullptr, [this](void*) { starts_ = nullptr; });
    co_await starts.enclose(keep_loaded(prepare));
    page_.reset();
  }
}

/// Loads the page, and again whenever that must be, until it is closed or given up.
awaitable<void> SitePage::keep_loaded(const Preparation& prepare) {
  bool is_loaded = false;
  while (!closed_) {
    if (!is_loaded && !co_await load(prepare)) {
      co_await pause();
      continue;
    }
    co_await watch();
    const bool was_asked_for = !lost_ && !closed_ && !elsewhere_ && is_success(status_);
    if (was_asked_for && recycling_ && jobs_.empty()) {
      discard();
      lose_document();
    }
    if (was_asked_for || steady_clock::now() - loaded_at_ > healthy_after) backoff_.reset();
    if (!was_asked_for) co_await pause();
    // Somebody may have brought the page back meanwhile.
    is_loaded = !was_asked_for && !must_load();
  }
}

awaitable<bool> SitePage::load(const Preparation& prepare) {
  if (!lost_ && !co_await reacts()) co_await replace_unresponsive();
  if (closed_) co_return false;
  if (gate_.reload_wanted()) gate_.reloading();
  lost_ = elsewhere_ = recycling_ = false;
  status_ = document_status_ = 0;
  origin_.clear();
  if (!load_failed_) say_trouble(fmt::format("{} is being loaded", options_.url));
  co_await prepare();
  loaded_at_ = last_sign_of_life_ = steady_clock::now();
  const auto loaded = co_await page_->navigate(options_.url, navigation_timeout);
  load_failed_ = !loaded;
  if (!loaded) {
    say_trouble(describe_chain(loaded.error()));
    log_.warning("the page could not be loaded; trying again",
                 {{"page", number_}, {"reason", describe_chain(loaded.error())}});
    if (loaded.error().cause && loaded.error().cause->code == ErrorCode::timed_out) discard();
  }
  co_return loaded.has_value();
}

awaitable<void> SitePage::pause() {
  const auto duration = backoff_.next(random_);
  if (duration == 0ms) co_return;
  asio::steady_timer timer(executor_, duration);
  co_await timer.async_wait(asio::use_awaitable);
}

/// Returns when the page must be loaded again.
awaitable<void> SitePage::watch() {
  while (!must_load()) {
    if (steady_clock::now() >= last_sign_of_life_ + options_.unresponsive_after / 3) {
      if (!co_await reacts()) co_await replace_unresponsive();
    } else {
      co_await changed_.wait_until(next_look());
    }
    // A trial may be due.
    owner_.on_page_change(*this);
  }
}

bool SitePage::must_load() const {
  if (lost_ || closed_ || !is_success(status_)) return true;
  const auto now = steady_clock::now();
  const auto state = gate_.state();
  if (elsewhere_) {
    const bool somebody_is_at_it =
        state == PageState::needs_sign_in || state == PageState::needs_verification;
    return !somebody_is_at_it || now > loaded_at_ + longest_absence;
  }
  if (state == PageState::loading && now > loaded_at_ + hello_timeout) return true;
  return (recycling_ || gate_.reload_wanted()) && jobs_.empty();
}

SitePage::TimePoint SitePage::next_look() const {
  auto next = last_sign_of_life_ + options_.unresponsive_after / 3;
  if (const auto trial = gate_.next_trial(); trial && *trial > steady_clock::now()) {
    next = std::min(next, *trial);
  }
  return next;
}

/// Asks the page for a sign of life, twice. One that has no document just now is not to be blamed.
awaitable<bool> SitePage::reacts() {
  if (is_dialog_open_) {
    last_sign_of_life_ = steady_clock::now();
    co_return true;
  }
  for (int asked = 0; asked < 2; ++asked) {
    const auto since = last_sign_of_life_;
    const auto reply = co_await page_->call("function(){return lmbridge.ping()}", {},
                                            options_.unresponsive_after / 3);
    if (reply && *reply == "frozen") page_->wake();
    const bool spoke = last_sign_of_life_ != since;
    // A dialog that has come since keeps the page from answering.
    if (spoke || is_dialog_open_ || reply || reply.error().code != ErrorCode::timed_out) {
      last_sign_of_life_ = steady_clock::now();
      co_return true;
    }
  }
  co_return false;
}

/// A renderer that does not react can't be navigated; one that has crashed can.
awaitable<void> SitePage::replace_unresponsive() {
  log_.error("the page does not react any more; replacing it",
             {{"page", number_}, {"running", jobs_.size()}});
  lose_document();
  fail_jobs({.code = ErrorCode::page_gone, .message = "the page stopped reacting"});
  if (options_.in_foreign_browser) {
    // Pages of its owner may be in the same process.
    discard();
    co_return;
  }
  page_->crash();
  const auto deadline = steady_clock::now() + crash_timeout;
  while (!lost_ && !closed_ && steady_clock::now() < deadline) {
    co_await changed_.wait_until(deadline);
  }
  if (!lost_ && !closed_) discard();
}

/// Another page takes its place.
void SitePage::discard() {
  discarded_ = page_->target_id();
  closed_ = true;
}

void SitePage::detach(const Error& reason) {
  if (!options_.in_foreign_browser) {
    discarded_.clear();
  } else if (page_) {
    discarded_ = page_->target_id();
  }
  page_.reset();
  suspended_ = recycling_ = has_answered_ = load_failed_ = false;
  lose_document();
  say_trouble(options_.in_foreign_browser ? "the browser is out of reach"
                                          : "the browser is gone and is being started again");
  fail_jobs(reason);
}

std::vector<std::string> SitePage::targets() const {
  std::vector<std::string> targets;
  if (page_) targets.push_back(page_->target_id());
  if (!discarded_.empty()) targets.push_back(discarded_);
  return targets;
}

void SitePage::suspend() {
  suspended_ = true;
  change();
}

void SitePage::resume() {
  suspended_ = false;
  change();
}

void SitePage::reconsider() {
  gate_.reconsider(steady_clock::now());
  change();
}

void SitePage::recycle() {
  recycling_ = true;
  change();
}

void SitePage::cancel_recycling() {
  recycling_ = false;
  change();
}

void SitePage::change() {
  changed_.notify();
  owner_.on_page_change(*this);
}

void SitePage::say_trouble(std::string trouble) {
  trouble_ = std::move(trouble);
  change();
}

void SitePage::lose_document() {
  is_dialog_open_ = false;
  gate_.lose();
  protocol_.clear();
}

void SitePage::on_binding(std::string_view payload) {
  last_sign_of_life_ = steady_clock::now();
  if (const auto read = read_page_payload(payload, *this); !read) {
    log_.error("the page script could not be understood", {{"reason", read.error().message}});
  }
}

void SitePage::on_world_gone() {
  lose_document();
  loaded_at_ = steady_clock::now();
  fail_jobs({.code = ErrorCode::page_gone, .message = "the page was reloaded or left"});
  // Otherwise there is a better reason already.
  if (trouble_.empty()) say_trouble("the page is being loaded again");
}

void SitePage::on_crashed() {
  log_.error("the page's renderer crashed; loading the page again", {{"page", number_}});
  lost_ = true;
  change();
}

void SitePage::on_closed() {
  log_.error("the page was closed; opening it again", {{"page", number_}});
  closed_ = true;
  change();
}

void SitePage::on_hello(const DocumentHead& document) {
  first_of_document_ = last_id_ + 1;
  loaded_at_ = steady_clock::now();
  const auto origin = origin_of(document.url);
  if (origin_.empty() && is_web_page(document.url)) origin_ = origin;
  if (origin != origin_) {
    elsewhere_ = true;
    // The browser's own page about a failure whose reason has been told, and is to be kept.
    if (load_failed_ && !is_web_page(document.url)) return;
    log_.warning("the page has left the site",
                 {{"page", number_}, {"url", base::excerpt(document.url, 200)}});
    say_trouble("the page has left the site and is being loaded again");
    return;
  }
  elsewhere_ = false;
  protocol_ = document.protocol;
  // Otherwise the document's source tells what kind of failure it is.
  document_status_ = document.status;
  if (!is_success(document_status_)) return;
  load_failed_ = false;
  gate_.open();
  log_.info("the page is ready", {{"page", number_},
                                  {"url", base::excerpt(document.url, 200)},
                                  {"protocol", document.protocol}});
  say_trouble("");
}

void SitePage::on_loaded(std::string_view source) {
  if (elsewhere_) return;
  if (arena::is_challenge_page(source, owner_.markers())) {
    gate_.challenge();
    note_refusal(ErrorCode::verification_required);
    return;
  }
  if (is_success(document_status_)) return;
  status_ = document_status_;
  load_failed_ = true;
  say_trouble(fmt::format("the site answered {} with status {}", options_.url, status_));
  log_.warning("the page could not be loaded; trying again",
               {{"page", number_}, {"status", status_}});
}

void SitePage::on_protocol(std::string_view protocol) {
  protocol_ = protocol;
  change();
}

void SitePage::note_refusal(ErrorCode code) {
  if (!std::exchange(told_of_block_, true)) {
    log_.warning(code == ErrorCode::sign_in_required
                     ? "the site wants the browser to sign in; requests are held until it has"
                     : "the site asks for a human; requests are held until the page is past that",
                 {{"page", number_}, {"what_to_do", arena::sentence(code)}});
  }
  say_trouble(arena::sentence(code));
}

}  // namespace lmbridge::bridge
