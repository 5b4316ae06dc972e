#include "control/capture_wish.hpp"

#include "control/replies.hpp"

#include <fmt/format.h>

#include <array>
#include <utility>

namespace lmbridge::control {
namespace json = boost::json;
namespace {

constexpr std::int64_t longest_seconds = 24LL * 3600;

const json::value* given(const json::object& body, std::string_view name) {
  const auto* value = body.if_contains(name);
  return value == nullptr || value->is_null() ? nullptr : value;
}

Result<void> read_mode(const json::object& body, CaptureWish& wish) {
  if (given(body, "mode") != nullptr) {
    const auto mode = text_in(body, "mode");
    if (!mode) return std::unexpected(mode.error());
    if (*mode != "direct_chat" && *mode != "battle") {
      return fail(ErrorCode::invalid_request, R"("mode" must be "direct_chat" or "battle")");
    }
    wish.mode = *mode == "battle" ? arena::Mode::battle : arena::Mode::direct_chat;
  }
  if (given(body, "battle_target") != nullptr) {
    const auto target = text_in(body, "battle_target");
    if (!target) return std::unexpected(target.error());
    if (*target != "A" && *target != "B") {
      return fail(ErrorCode::invalid_request, R"("battle_target" must be "A" or "B")");
    }
    wish.battle_target = *target == "B" ? 'b' : 'a';
  }
  return {};
}

Result<void> read_timeout(const json::object& body, CaptureWish& wish) {
  const auto* value = given(body, "timeout_seconds");
  if (value == nullptr) return {};
  const auto* seconds = value->if_int64();
  if (seconds == nullptr || *seconds < 1 || *seconds > longest_seconds) {
    return fail(ErrorCode::invalid_request,
                fmt::format("\"timeout_seconds\" must be 1 to {}", longest_seconds));
  }
  wish.timeout = std::chrono::seconds(*seconds);
  return {};
}

Result<void> read_steps(const json::object& body, CaptureWish& wish) {
  if (given(body, "steps") == nullptr) return {};
  const auto text = text_in(body, "steps");
  if (!text) return std::unexpected(text.error());
  auto name = Result<std::string>("steps");
  if (given(body, "steps_name") != nullptr) name = text_in(body, "steps_name");
  if (!name) return std::unexpected(std::move(name.error()));
  auto steps = bridge::parse_steps(*name, *text);
  if (!steps) return fail(ErrorCode::invalid_request, std::move(steps.error().message));
  wish.steps = *std::move(steps);
  return {};
}

Result<void> read_place(const json::object& body, CaptureWish& wish) {
  if (given(body, "model") != nullptr) {
    auto model = text_in(body, "model");
    if (!model) return std::unexpected(std::move(model.error()));
    wish.model = *std::move(model);
  }
  const auto append = flag_in(body, "append", false);
  if (!append) return std::unexpected(append.error());
  wish.append = *append;
  const auto check = flag_in(body, "check", true);
  if (!check) return std::unexpected(check.error());
  wish.check = *check;
  if (!wish.append || !wish.model.empty()) return {};
  return fail(ErrorCode::invalid_request,
              "there is one default session only: \"append\" needs a \"model\" (--model NAME)");
}

}  // namespace

Result<CaptureWish> read_wish(const http::Request& request, const settings::Settings& settings) {
  constexpr std::array<std::string_view, 8> members{
      "model",           "mode",  "battle_target", "append",
      "timeout_seconds", "check", "steps",         "steps_name"};
  const auto body = object_in_body(request, members);
  if (!body) return std::unexpected(body.error());
  CaptureWish wish;
  wish.battle_target = settings.default_endpoint.battle_target;
  for (const auto read : {read_place, read_mode, read_timeout, read_steps}) {
    if (auto done = read(*body, wish); !done) return std::unexpected(std::move(done.error()));
  }
  return wish;
}

}  // namespace lmbridge::control
