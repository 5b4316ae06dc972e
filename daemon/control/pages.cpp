#include "control/pages.hpp"

#include "base/base64.hpp"
#include "bridge/steps.hpp"
#include "control/replies.hpp"

#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>
#include <fmt/format.h>

#include <array>
#include <utility>

namespace lmbridge::control {
namespace json = boost::json;
using boost::asio::awaitable;

namespace {

constexpr std::string_view prefix = "/pages/";

json::object describe(const bridge::PageSummary& page, const bridge::Bridge& bridge) {
  json::object described{{"id", page.id},
                         {"url", valid_text(page.url)},
                         {"title", valid_text(page.title)},
                         {"context", nullptr},
                         {"state", nullptr},
                         {"running", nullptr}};
  for (const auto& own : bridge.pages()) {
    if (own->target_id() != page.id) continue;
    described["context"] = own->number();
    described["state"] = bridge::name(own->state());
    described["running"] = own->running();
  }
  return described;
}

json::object describe(bridge::PageReply reply) {
  if (reply.content_type.empty()) return {{"content_type", nullptr}, {"content", ""}};
  const bool is_text = !reply.content_type.starts_with("image/");
  return {{"content_type", std::move(reply.content_type)},
          {"content", is_text ? valid_text(reply.content) : base::base64_encoded(reply.content)}};
}

Result<std::string> page_in(const json::object& body) {
  const auto* page = body.if_contains("page");
  if (page == nullptr || page->is_null()) return std::string();
  return text_in(body, "page");
}

Result<bridge::Step> step_in(const json::object& body) {
  const auto* step = body.if_contains("step");
  if (step == nullptr || !step->is_object()) {
    return fail(ErrorCode::invalid_request,
                R"("step" must be an object such as {"click": {"text": "Retry"}})");
  }
  auto parsed = bridge::parse_step(json::serialize(*step));
  if (!parsed) return fail(ErrorCode::invalid_request, std::move(parsed.error().message));
  return parsed;
}

/// Where none is named, the only one; in a browser of the operator's own, which has many, ours.
Result<std::string> page_meant(std::string id, const bridge::Bridge& bridge) {
  if (!id.empty() || bridge.browser_address().empty()) return id;
  const auto& pages = bridge.pages();
  if (pages.size() > 1) {
    return fail(ErrorCode::invalid_request, "the daemon has several pages: say which is meant");
  }
  auto ours = pages.front()->target_id();
  if (ours.empty()) return fail(ErrorCode::page_not_ready, pages.front()->trouble());
  return ours;
}

}  // namespace

Result<std::shared_ptr<cdp::Browser>> running_browser(const Context& context) {
  const auto& bridge = context.parts.bridge;
  auto browser = bridge.shared_browser();
  if (browser) return browser;
  return fail(ErrorCode::browser_gone, "no browser runs now: " + bridge.readiness().reason);
}

awaitable<Result<std::unique_ptr<bridge::PageCommands>>> enter_page(const Context& context,
                                                                    std::string id) {
  auto browser = running_browser(context);
  if (!browser) co_return std::unexpected(std::move(browser.error()));
  auto meant = page_meant(std::move(id), context.parts.bridge);
  if (!meant) co_return std::unexpected(std::move(meant.error()));
  auto page =
      co_await bridge::find_page((*browser)->connection(), *std::move(meant), browser_call_limit);
  if (!page) co_return std::unexpected(std::move(page.error()));
  co_return co_await bridge::PageCommands::open(context.executor, *std::move(browser),
                                                std::move(page->id), browser_call_limit,
                                                context.parts.log);
}

awaitable<Result<Reply>> list_pages(const http::Request&, const Context& context) {
  auto browser = running_browser(context);
  if (!browser) co_return std::unexpected(std::move(browser.error()));
  const auto pages = co_await bridge::list_pages((*browser)->connection(), browser_call_limit);
  if (!pages) co_return std::unexpected(pages.error());
  // Those that matter most come first.
  json::array described;
  json::array others;
  for (const auto& page : *pages) {
    auto each = describe(page, context.parts.bridge);
    (each.at("context").is_null() ? others : described).push_back(std::move(each));
  }
  for (auto& each : others) described.push_back(std::move(each));
  co_return Reply{.body = {{"pages", std::move(described)}}};
}

awaitable<Result<Reply>> open_page(const http::Request& request, const Context& context) {
  constexpr std::array<std::string_view, 1> members{"url"};
  const auto body = object_in_body(request, members);
  if (!body) co_return std::unexpected(body.error());
  const auto url = text_in(*body, "url");
  if (!url) co_return std::unexpected(url.error());
  auto browser = running_browser(context);
  if (!browser) co_return std::unexpected(std::move(browser.error()));
  auto id = co_await bridge::open_page((*browser)->connection(), *url, browser_call_limit);
  if (!id) co_return std::unexpected(std::move(id.error()));
  co_return Reply{.status = 201, .body = {{"id", *id}}};
}

awaitable<Result<Reply>> close_page(const http::Request& request, const Context& context) {
  auto id = name_in_path(request, prefix);
  if (!id) co_return std::unexpected(std::move(id.error()));
  auto browser = running_browser(context);
  if (!browser) co_return std::unexpected(std::move(browser.error()));
  const auto closed =
      co_await bridge::close_page((*browser)->connection(), *std::move(id), browser_call_limit);
  if (!closed) co_return std::unexpected(closed.error());
  co_return Reply{.body = {{"closed", true}}};
}

awaitable<Result<Reply>> run_in_page(const http::Request& request, const Context& context) {
  constexpr std::array<std::string_view, 2> members{"step", "page"};
  const auto body = object_in_body(request, members);
  if (!body) co_return std::unexpected(body.error());
  auto step = step_in(*body);
  if (!step) co_return std::unexpected(std::move(step.error()));
  auto id = page_in(*body);
  if (!id) co_return std::unexpected(std::move(id.error()));
  const auto page = co_await enter_page(context, *std::move(id));
  if (!page) co_return std::unexpected(page.error());
  auto reply = co_await (*page)->run(std::move(step->command), step->timeout);
  if (!reply) co_return std::unexpected(std::move(reply.error()));
  co_return Reply{.body = describe(*std::move(reply))};
}

}  // namespace lmbridge::control
