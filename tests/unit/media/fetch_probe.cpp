// Fetches links all at once and prints what became of each, for tests with servers that Node brings
// along. Standard input: {"links": [...], "allow_private": [...], "tls_insecure": [...],
// "ca_file": "..."}; output: {"results": [...], "busy_ms": {"p99": ..., "most": ...}}.
#include "base/log.hpp"
#include "base/task_group.hpp"
#include "media/fetcher.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/json.hpp>

#include <time.h>

#include <algorithm>
#include <chrono>
#include <exception>
#include <iostream>
#include <iterator>
#include <string>
#include <vector>

namespace {

namespace asio = boost::asio;
namespace json = boost::json;
using namespace lmbridge;
using asio::awaitable;
using Clock = std::chrono::steady_clock;

double milliseconds(Clock::duration duration) {
  return std::chrono::duration<double, std::milli>(duration).count();
}

std::vector<std::string> strings(const json::object& input, std::string_view key) {
  const auto* list = input.if_contains(key);
  return list == nullptr ? std::vector<std::string>()
                         : json::value_to<std::vector<std::string>>(*list);
}

media::FetcherOptions options_from(const json::object& input) {
  media::FetcherOptions options;
  options.allow_private_hosts = media::HostList(strings(input, "allow_private"));
  options.tls_insecure_hosts = media::HostList(strings(input, "tls_insecure"));
  if (const auto* file = input.if_contains("ca_file")) options.ca_file = file->as_string();
  options.max_retries = 0;
  return options;
}

awaitable<void> fetch(media::Fetcher& fetcher, std::string link, json::object& result) {
  const auto begin = Clock::now();
  const auto fetched = co_await fetcher.fetch(link);
  result["ms"] = milliseconds(Clock::now() - begin);
  if (fetched) {
    result["size"] = fetched->bytes.size();
    result["type"] = fetched->content_type;
    result["first"] = fetched->bytes.substr(0, 1);
  } else {
    result["code"] = base::name(fetched.error().code);
    result["message"] = fetched.error().message;
  }
}

/// What this thread has computed so far; the machine's other work does not count.
double computed_milliseconds() {
  timespec time{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) * 1e3 + static_cast<double>(time.tv_nsec) / 1e6;
}

/// How long a timer of one millisecond is kept from its turn each time by the downloads beside it.
awaitable<void> watch_pace(std::vector<double>& busy) {
  asio::steady_timer timer(co_await asio::this_coro::executor);
  for (auto before = computed_milliseconds();;) {
    timer.expires_after(std::chrono::milliseconds(1));
    co_await timer.async_wait(asio::use_awaitable);
    const auto now = computed_milliseconds();
    busy.push_back(now - before);
    before = now;
  }
}

json::object summary_of(std::vector<double> values) {
  if (values.empty()) return {};
  std::ranges::sort(values);
  return {{"p99", values.at(values.size() * 99 / 100)}, {"most", values.back()}};
}

awaitable<void> run(const json::object& input) {
  const auto executor = co_await asio::this_coro::executor;
  base::NullLog log;
  media::Fetcher fetcher(executor, options_from(input), {}, log);
  base::TaskGroup watching(executor, log);
  base::TaskGroup fetching(executor, log);
  std::vector<double> busy;
  watching.spawn("pace", [&] { return watch_pace(busy); });
  const auto links = strings(input, "links");
  std::vector<json::object> results(links.size());
  for (std::size_t i = 0; i < links.size(); ++i) {
    fetching.spawn("fetch", [&, i] { return fetch(fetcher, links[i], results[i]); });
  }
  co_await fetching.join();
  co_await watching.stop(std::chrono::seconds(0));
  std::cout << json::serialize(json::object{{"results", json::value_from(results)},
                                            {"busy_ms", summary_of(busy)}})
            << '\n';
}

}  // namespace

int main() {
  const std::string text(std::istreambuf_iterator<char>(std::cin), {});
  const auto input = json::parse(text).as_object();
  asio::io_context context(1);
  asio::co_spawn(context, run(input), [](const std::exception_ptr& failure) {
    if (failure) std::rethrow_exception(failure);
  });
  context.run();
}
