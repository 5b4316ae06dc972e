#include "bridge/page_file.hpp"

#include "base/base64.hpp"

#include <boost/asio/this_coro.hpp>
#include <fmt/format.h>

#include <utility>

namespace lmbridge::bridge {
namespace asio = boost::asio;
using asio::awaitable;
using std::chrono::steady_clock;

namespace {

class FileOrder final : public OrderSource {
 public:
  explicit FileOrder(std::string link) : link_(std::move(link)) {}

  Result<Order> order() override {
    return Order{.path = link_, .method = "GET", .headers = {{"accept", "*/*"}}, .is_file = true};
  }

 private:
  std::string link_;
};

Result<void> check(const ResponseHead& head) {
  constexpr int ok = 200;
  if (head.status == ok) return {};
  const bool is_forbidden = head.status == 401 || head.status == 403;
  return fail(
      is_forbidden ? ErrorCode::download_forbidden : ErrorCode::download_failed,
      fmt::format("the page's request for the file was answered with status {}", head.status));
}

/// Reads the base64 text of a running job to its end.
class FileReader {
 public:
  FileReader(Job& job, std::size_t limit) : job_(job), limit_(limit) {}

  /// Takes what has come: nullopt as long as more may come.
  std::optional<Result<PageFile>> read() {
    if (job_.head()) {
      if (auto checked = check(*job_.head()); !checked) return std::unexpected(checked.error());
    }
    text_ += job_.take_text();
    if (text_.size() / 4 * 3 > limit_ + 2) {
      return fail(ErrorCode::download_too_large,
                  fmt::format("the file that the page fetches is larger than {} bytes "
                              "(media.max_download_mb)",
                              limit_));
    }
    job_.acknowledge();
    if (!job_.ending()) return std::nullopt;
    if (!*job_.ending()) return std::unexpected(job_.ending()->error());
    return finished();
  }

 private:
  Result<PageFile> finished() {
    if (!job_.head()) return fail(ErrorCode::download_failed, "the page's request had no answer");
    return PageFile{.bytes = base::base64_decoded(text_),
                    .content_type = job_.head()->content_type};
  }

  Job& job_;
  std::size_t limit_;
  std::string text_;
};

std::unexpected<Error> too_late(const PageFileLimits& limits) {
  return fail(ErrorCode::timed_out,
              fmt::format("the page did not have the file within {} seconds (download_timeout)",
                          std::chrono::duration<double>(limits.time).count()));
}

}  // namespace

awaitable<Result<PageFile>> fetch_in_page(Admission& admission, std::string link,
                                          PageFileLimits limits) {
  const auto deadline = steady_clock::now() + limits.time;
  base::Condition news(co_await asio::this_coro::executor);
  FileOrder source(std::move(link));
  TicketHolder holder;
  holder.arrival = admission.next_arrival();
  auto ticket = admission.ask_for_place(source, news, holder, Arrival::first);
  if (!ticket) co_return std::unexpected(std::move(ticket.error()));
  while (!(*ticket)->settled()) {
    if (steady_clock::now() >= deadline) co_return std::unexpected(admission.why_waiting());
    co_await news.wait_until(deadline);
  }
  const auto job = (*ticket)->take_outcome();
  if (!job) co_return std::unexpected(job.error());
  FileReader reader(**job, limits.bytes);
  for (;;) {
    if (auto file = reader.read()) co_return *std::move(file);
    if (steady_clock::now() >= deadline) co_return too_late(limits);
    co_await news.wait_until(deadline);
  }
}

}  // namespace lmbridge::bridge
