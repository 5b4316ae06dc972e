#include "media/fetcher.hpp"

#include "media/address_rules.hpp"
#include "media/target.hpp"

#include <boost/asio/ip/address.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <expected>
#include <optional>
#include <utility>

namespace lmbridge::media {
namespace asio = boost::asio;
using asio::awaitable;
using Clock = std::chrono::steady_clock;

namespace {

constexpr int ok = 200;
constexpr std::size_t max_redirects = 5;
constexpr std::chrono::milliseconds longest_retry_pause{10'000};

bool is_redirect(const DownloadReply& reply) {
  return reply.status / 100 == 3 && !reply.redirect.empty();
}

/// The end of a try that has failed, and when the server would like the next.
struct Setback {
  DownloadFailure failure;
  std::chrono::seconds retry_after{0};
};

std::unexpected<Setback> give_up(ErrorCode code, std::string message) {
  return std::unexpected(
      Setback{.failure = {.error = {.code = code, .message = std::move(message)}}});
}

/// An answer that is neither the file nor a redirect.
Setback describe_status(const std::string& host, const DownloadReply& reply) {
  const auto status = reply.status;
  const bool forbidden = status == 401 || status == 403;
  return {.failure = {.error = {.code = forbidden ? ErrorCode::download_forbidden
                                                  : ErrorCode::download_failed,
                                .message = fmt::format("{} answered the download with status {}",
                                                       host, status)},
                      .transient = status == 429 || status / 100 == 5},
          .retry_after = reply.retry_after};
}

/// What can be told without a connection; with a proxy it is all that we get to know.
Result<void> check_host(const Target& target, const HostList& allowed) {
  const auto& host = target.host();
  if (allowed.contains(host)) return {};
  boost::system::error_code not_an_address;
  const auto address = asio::ip::make_address(host, not_an_address);
  const auto reason = not_an_address ? std::nullopt : why_refused(address);
  if (!reason && !is_localhost_name(host)) return {};
  return fail(
      ErrorCode::download_refused,
      fmt::format("nothing is downloaded from {}, which is {}. If it shall be, name the host "
                  "in media.allow_private_hosts",
                  host, reason.value_or("this machine")));
}

}  // namespace

/// One call of fetch().
class Fetcher::Fetch {
 public:
  Fetch(Fetcher& owner, const std::string& host)
      : owner_(owner),
        host_(host),
        options_(owner.options_),
        deadline_(Clock::now() + options_->total_timeout) {}

  awaitable<Result<Fetched>> run(const std::string& link);
  void report_if_slow(const Result<Fetched>& fetched) const;

 private:
  using Try = std::expected<Fetched, Setback>;

  awaitable<Try> attempt_in_turn(const std::string& link);
  awaitable<Try> attempt(const std::string& link);
  [[nodiscard]] DownloadRequest request(const Target& target) const;
  Try accept(const Target& target, DownloadReply reply);
  awaitable<bool> pause(const Setback& setback, std::size_t retry);

  Fetcher& owner_;
  /// Of the link.
  const std::string& host_;
  std::shared_ptr<const FetcherOptions> options_;
  CurlMulti::TimePoint deadline_;
  /// When the first try had its turn.
  std::optional<Clock::time_point> begin_;
};

awaitable<Result<Fetched>> Fetcher::Fetch::run(const std::string& link) {
  for (std::size_t retry = 0;; ++retry) {
    auto fetched = co_await attempt_in_turn(link);
    if (fetched) co_return *std::move(fetched);
    auto& setback = fetched.error();
    const bool again = setback.failure.transient && retry < options_->max_retries &&
                       co_await pause(setback, retry);
    if (!again) co_return std::unexpected(std::move(setback.failure.error));
  }
}

/// Each try has a turn of its own: nobody stands in line behind one that only waits for its retry.
awaitable<Fetcher::Fetch::Try> Fetcher::Fetch::attempt_in_turn(const std::string& link) {
  const auto turn = co_await owner_.turns_.take(deadline_);
  if (!turn) {
    co_return give_up(ErrorCode::timed_out,
                      fmt::format("the download from {} did not get its turn in time, because as "
                                  "many others as max_concurrent_downloads allows were running",
                                  host_));
  }
  if (!begin_) begin_ = Clock::now();
  co_return co_await attempt(link);
}

/// Follows the link to its end, one hop after the other: what is allowed depends on the host of
/// each, which libcurl's own following could not tell apart.
awaitable<Fetcher::Fetch::Try> Fetcher::Fetch::attempt(const std::string& link) {
  auto next = link;
  bool was_https = false;
  for (std::size_t redirects = 0; redirects <= max_redirects; ++redirects) {
    const auto target = Target::parse(std::move(next));
    if (!target) co_return give_up(target.error().code, target.error().message);
    if (was_https && !target->is_https()) {
      co_return give_up(ErrorCode::download_refused,
                        fmt::format("a redirect leads from https: to http: at {}, where anybody "
                                    "on the way could change the file",
                                    target->host()));
    }
    was_https = target->is_https();
    if (const auto checked = check_host(*target, options_->allow_private_hosts); !checked) {
      co_return give_up(checked.error().code, checked.error().message);
    }
    auto reply = co_await download(owner_.multi_, request(*target));
    if (!reply) co_return std::unexpected(Setback{.failure = std::move(reply.error())});
    if (!is_redirect(*reply)) co_return accept(*target, *std::move(reply));
    next = std::move(reply->redirect);
  }
  co_return give_up(ErrorCode::download_failed,
                    fmt::format("the link leads to more than {} redirects", max_redirects));
}

DownloadRequest Fetcher::Fetch::request(const Target& target) const {
  const auto& host = target.host();
  return {.target = target,
          .room = owner_.room_,
          .proxy = std::string(owner_.proxies_.of(target.is_https(), host)),
          .allow_private = options_->allow_private_hosts.contains(host),
          .verify_tls = !options_->tls_insecure_hosts.contains(host),
          .ca_file = options_->ca_file,
          .user_agent = options_->user_agent,
          .size_limit = options_->size_limit,
          .connect_timeout = options_->connect_timeout,
          .silence_timeout = options_->silence_timeout,
          .deadline = deadline_,
          .keepalive = options_->keepalive,
          .dns_cache_ttl = options_->dns_cache_ttl};
}

Fetcher::Fetch::Try Fetcher::Fetch::accept(const Target& target, DownloadReply reply) {
  if (reply.status != ok) return std::unexpected(describe_status(target.host(), reply));
  if (reply.body.empty()) {
    return give_up(ErrorCode::download_failed,
                   fmt::format("the file at {} is empty", target.host()));
  }
  return Fetched{.bytes = std::move(reply.body), .content_type = std::move(reply.content_type)};
}

/// False, at once, where the next try would come too late.
awaitable<bool> Fetcher::Fetch::pause(const Setback& setback, std::size_t retry) {
  auto pause = options_->retry_pause;
  for (; retry > 0 && pause < longest_retry_pause; --retry) pause *= 2;
  pause = std::max<std::chrono::milliseconds>(std::min(pause, longest_retry_pause),
                                              setback.retry_after);
  if (Clock::now() + pause >= deadline_) co_return false;
  const auto& error = setback.failure.error;
  owner_.log_.info("a download failed and is tried again",
                   {{"reason", error.message}, {"pause_ms", pause.count()}});
  asio::steady_timer timer(owner_.executor_, pause);
  co_await timer.async_wait(asio::use_awaitable);
  co_return true;
}

void Fetcher::Fetch::report_if_slow(const Result<Fetched>& fetched) const {
  if (!begin_) return;
  const auto taken = Clock::now() - *begin_;
  if (taken <= options_->slow_threshold) return;
  owner_.log_.warning("a download was slow",
                      {{"host", host_},
                       {"seconds", std::chrono::duration<double>(taken).count()},
                       {"bytes", fetched ? fetched->bytes.size() : 0},
                       {"done", fetched.has_value()}});
}

Fetcher::Fetcher(const asio::any_io_executor& executor, FetcherOptions options, Proxies proxies,
                 base::Log& log)
    : executor_(executor),
      options_(std::make_shared<const FetcherOptions>(std::move(options))),
      proxies_(std::move(proxies)),
      log_(log),
      turns_(executor, options_->turns),
      room_(options_->memory_limit),
      multi_(executor, options_->connections) {}

void Fetcher::set_options(FetcherOptions options) {
  options_ = std::make_shared<const FetcherOptions>(std::move(options));
  turns_.set_limits(options_->turns);
  multi_.set_limits(options_->connections);
}

awaitable<Result<Fetched>> Fetcher::fetch(std::string link) {
  const auto target = Target::parse(link);
  if (!target) co_return std::unexpected(target.error());
  Fetch fetch(*this, target->host());
  auto fetched = co_await fetch.run(link);
  fetch.report_if_slow(fetched);
  co_return fetched;
}

}  // namespace lmbridge::media
