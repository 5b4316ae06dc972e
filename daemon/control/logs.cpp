#include "control/logs.hpp"

#include "control/replies.hpp"
#include "http/query.hpp"

#include <utility>
#include <vector>

namespace lmbridge::control {
using base::LogLevel;
using boost::asio::awaitable;

namespace {

struct Wish {
  std::size_t lines = 200;
  LogLevel level = LogLevel::trace;
  bool follows = false;
};

Result<LogLevel> level_called(std::string_view wanted) {
  for (const auto level :
       {LogLevel::trace, LogLevel::debug, LogLevel::info, LogLevel::warning, LogLevel::error}) {
    if (base::name(level) == wanted) return level;
  }
  return fail(ErrorCode::invalid_request, "the level must be trace, debug, info, warning or error");
}

Result<Wish> read_query(std::string_view query) {
  Wish wish;
  const auto lines =
      http::query_number(query, "lines", 0, journal::RecentLog::most_lines, wish.lines);
  if (!lines) return std::unexpected(lines.error());
  wish.lines = *lines;
  const auto level = http::query_text(query, "level");
  if (!level) return std::unexpected(level.error());
  if (*level) {
    const auto named = level_called(**level);
    if (!named) return std::unexpected(named.error());
    wish.level = *named;
  }
  const auto follow = http::query_number(query, "follow", 0, 1, 0);
  if (!follow) return std::unexpected(follow.error());
  wish.follows = *follow == 1;
  return wish;
}

awaitable<Result<void>> say_lines(std::vector<journal::LogLine> lines, LogLevel level,
                                  EventStream& events) {
  for (const auto& line : lines) {
    if (line.level < level) continue;
    auto said = co_await events.say("line", {{"time", base::iso_8601(line.time)},
                                             {"level", base::name(line.level)},
                                             {"text", valid_text(line.text)}});
    if (!said) co_return said;
  }
  co_return Result<void>();
}

}  // namespace

awaitable<Result<void>> show_logs(const http::Request& request, const Context& context,
                                  EventStream& events) {
  const auto wish = read_query(request.query);
  if (!wish) co_return std::unexpected(wish.error());
  auto& log = context.parts.log;
  base::Condition news(context.executor);
  const journal::RecentLog::Listener listener(log, news);
  auto seen = log.last_number();
  auto said = co_await say_lines(log.lines(0, wish->lines), wish->level, events);
  while (said && wish->follows) {
    co_await news.wait();
    auto lines = log.lines(seen, journal::RecentLog::most_lines);
    seen = log.last_number();
    said = co_await say_lines(std::move(lines), wish->level, events);
  }
  if (!said) co_return said;
  co_return co_await events.say("end", {});
}

}  // namespace lmbridge::control
