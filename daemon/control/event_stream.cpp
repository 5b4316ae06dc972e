#include "control/event_stream.hpp"

#include "control/replies.hpp"

#include <boost/json/serialize.hpp>

#include <utility>

namespace lmbridge::control {
namespace json = boost::json;
using boost::asio::awaitable;

awaitable<Result<void>> EventStream::say(std::string_view name, json::object fields) {
  json::object line{{"event", name}};
  for (auto& field : fields) line.insert_or_assign(field.key(), std::move(field.value()));
  co_return co_await send(line);
}

awaitable<Result<void>> EventStream::send(const json::object& line) {
  if (!exchange_.started()) {
    http::Response head{.status = 200, .headers = {}, .body = {}};
    head.headers.add("content-type", "application/x-ndjson");
    head.headers.add("cache-control", "no-store");
    auto started = co_await exchange_.start_stream(std::move(head));
    if (!started) co_return started;
  }
  if (exchange_.write_now(json::serialize(line) + "\n")) co_return Result<void>();
  co_return co_await exchange_.flush();
}

awaitable<void> EventStream::end(const Result<void>& outcome) {
  if (!exchange_.started()) {
    co_await exchange_.respond(outcome ? json_response(200, {}) : error_response(outcome.error()));
    co_return;
  }
  if (!outcome) {
    const auto said = co_await send({{"event", "error"}, {"error", error_object(outcome.error())}});
    if (!said) co_return;
  }
  co_await exchange_.finish();
}

}  // namespace lmbridge::control
