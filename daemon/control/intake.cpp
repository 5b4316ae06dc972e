#include "control/intake.hpp"

namespace lmbridge::control {
using boost::asio::awaitable;

namespace {

Reply describe(const bridge::Bridge& bridge) {
  return {.body = {{"state", bridge::name(bridge.readiness().state)},
                   {"running", bridge.running()},
                   {"waiting", bridge.line().size()}}};
}

}  // namespace

awaitable<Result<Reply>> drain(const http::Request&, const Context& context) {
  context.parts.bridge.drain();
  co_return describe(context.parts.bridge);
}

awaitable<Result<Reply>> resume(const http::Request&, const Context& context) {
  context.parts.bridge.resume();
  co_return describe(context.parts.bridge);
}

}  // namespace lmbridge::control
