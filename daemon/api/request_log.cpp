#include "api/request_log.hpp"

#include "base/text.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace lmbridge::api {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

RequestLog::RequestLog(base::Log& log, const http::Exchange& exchange,
                       const openai::ChatRequest& request)
    : log_(log),
      exchange_(exchange),
      id_(exchange.request().id),
      model_(base::excerpt(request.model, 100)),
      stream_(request.stream) {
  if (!request.ignored.empty()) {
    log_.debug("request fields without effect",
               {{"id", id_}, {"fields", fmt::format("{}", fmt::join(request.ignored, ","))}});
  }
}

void RequestLog::count_piece() {
  ++pieces_;
  if (!first_piece_) first_piece_ = steady_clock::now();
}

std::string_view RequestLog::outcome() const {
  if (succeeded_) return "a chat was answered";
  return exchange_.client_left() ? "a chat ended because its client left"
                                 : "a chat was cut because its client did not take it in time";
}

RequestLog::~RequestLog() {
  const auto since_begin = [this](steady_clock::time_point time) {
    return std::chrono::duration_cast<milliseconds>(time - begun_).count();
  };
  const auto first = first_piece_ ? since_begin(*first_piece_) : -1;
  const auto total = since_begin(steady_clock::now());
  if (error_) {
    log_.warning("a chat failed", {{"id", id_},
                                   {"model", model_},
                                   {"code", base::name(error_->code)},
                                   {"reason", base::describe_chain(*error_)},
                                   {"pieces", pieces_},
                                   {"total_ms", total}});
    return;
  }
  log_.info(outcome(), {{"id", id_},
                        {"model", model_},
                        {"stream", stream_},
                        {"pieces", pieces_},
                        {"first_piece_ms", first},
                        {"total_ms", total}});
}

}  // namespace lmbridge::api
