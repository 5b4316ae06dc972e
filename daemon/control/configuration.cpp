#include "control/configuration.hpp"

#include "base/text.hpp"
#include "control/file_change.hpp"
#include "control/replies.hpp"
#include "settings/edit.hpp"
#include "settings/effective.hpp"

#include <boost/json/parse.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <utility>

namespace lmbridge::control {
namespace json = boost::json;
using boost::asio::awaitable;
using settings::JsoncNode;
using settings::Step;

namespace {

constexpr std::string_view prefix = "/config/";

const JsoncNode* child(const JsoncNode* node, const Step& step) {
  if (node == nullptr) return nullptr;
  if (const auto* key = std::get_if<std::string>(&step)) {
    const auto* member = settings::find_member(*node, *key);
    return member == nullptr ? nullptr : &member->value;
  }
  const auto& items = std::get<JsoncNode::Items>(node->value);
  const auto index = std::get<std::size_t>(step);
  return index < items.size() ? &items[index] : nullptr;
}

/// A number counts where there is an array.
Step step_into(const JsoncNode* node, std::string_view word) {
  const bool is_array = node != nullptr && std::holds_alternative<JsoncNode::Items>(node->value);
  std::size_t index = 0;
  const auto* begin = word.data();
  const auto* end = begin + word.size();
  const auto [stop, error] = std::from_chars(begin, end, index);
  if (is_array && error == std::errc() && stop == end) return index;
  return std::string(word);
}

/// "server.listen" as steps down from `root`.
std::vector<Step> steps_of(std::string_view key, const JsoncNode& root) {
  std::vector<Step> steps;
  const auto* node = &root;
  for (;;) {
    const auto dot = key.find('.');
    steps.push_back(step_into(node, key.substr(0, dot)));
    node = child(node, steps.back());
    if (dot == std::string_view::npos) return steps;
    key.remove_prefix(dot + 1);
  }
}

Result<json::value> parse_value(const http::Request& request) {
  boost::system::error_code error;
  auto value = json::parse(request.body, error);
  if (!error) return value;
  return fail(ErrorCode::invalid_request,
              "the body must be a JSON value, e.g. \"text\", 5 or [\"a\"]: " + error.message());
}

/// Of a section: whether any of its keys is among them.
bool waits_for_start(const settings::Reloader& reloader, std::string_view key) {
  return std::ranges::any_of(reloader.at_next_start(), [key](std::string_view waiting) {
    return waiting == key || waiting.starts_with(std::string(key) + '.') ||
           key.starts_with(std::string(waiting) + '.');
  });
}

}  // namespace

awaitable<Result<Reply>> show_configuration(const http::Request&, const Context& context) {
  const auto& reloader = context.parts.reloader;
  co_return Reply{.body = {{"file", reloader.paths().config.string()},
                           {"settings", settings::effective_config(reloader.texts().config)},
                           {"at_next_start", to_array(reloader.at_next_start())}}};
}

awaitable<Result<Reply>> show_paths(const http::Request&, const Context& context) {
  const auto paths = context.parts.reloader.paths();
  co_return Reply{.body = {{"config", paths.config.string()},
                           {"models", paths.models.string()},
                           {"endpoints", paths.endpoints.string()}}};
}

awaitable<Result<Reply>> check_configuration(const http::Request&, const Context& context) {
  const auto checked = context.parts.reloader.check();
  co_return Reply{.body = {{"file", context.parts.reloader.paths().config.string()},
                           {"ok", checked.errors.empty()},
                           {"errors", to_array(checked.errors)},
                           {"warnings", to_array(checked.warnings)}}};
}

awaitable<Result<Reply>> show_value(const http::Request& request, const Context& context) {
  const auto key = name_in_path(request, prefix);
  if (!key) co_return std::unexpected(key.error());
  const auto& reloader = context.parts.reloader;
  auto value = settings::find_value(settings::effective_config(reloader.texts().config), *key);
  if (!value) {
    co_return fail(ErrorCode::not_found,
                   fmt::format("the configuration has no key {}", base::quoted(*key)));
  }
  co_return Reply{.body = {{"key", *key},
                           {"value", *std::move(value)},
                           {"at_next_start", waits_for_start(reloader, *key)}}};
}

awaitable<Result<Reply>> set_value(const http::Request& request, const Context& context) {
  const auto key = name_in_path(request, prefix);
  if (!key) co_return std::unexpected(key.error());
  const auto value = parse_value(request);
  if (!value) co_return std::unexpected(value.error());
  const auto edit = [&](std::string_view text, const JsoncNode& root) {
    const settings::Edit change{.path = steps_of(*key, root), .value = *value};
    return settings::edit(text, std::span(&change, 1));
  };
  auto changed = co_await change_file(context, context.parts.reloader.paths().config, edit);
  if (!changed) co_return std::unexpected(std::move(changed.error()));
  co_return Reply{.body = *std::move(changed)};
}

awaitable<Result<Reply>> reload(const http::Request&, const Context& context) {
  auto& reloader = context.parts.reloader;
  const auto outcome = reloader.reload(settings::Reloader::Trigger::asked_for);
  if (!outcome.errors.empty()) co_return std::unexpected(describe_errors(outcome.errors));
  co_return Reply{.body = {{"changed", to_array(outcome.changes.at_once)},
                           {"at_next_start", to_array(reloader.at_next_start())},
                           {"warnings", to_array(outcome.warnings)}}};
}

}  // namespace lmbridge::control
