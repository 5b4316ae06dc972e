#include "control/keys.hpp"

#include "base/text.hpp"
#include "control/file_change.hpp"
#include "control/replies.hpp"
#include "settings/edit.hpp"
#include "settings/key_hash.hpp"

#include <fmt/format.h>

#include <array>
#include <utility>

namespace lmbridge::control {
namespace json = boost::json;
using boost::asio::awaitable;
using settings::JsoncNode;
using settings::Step;

namespace {

constexpr std::string_view prefix = "/keys/";
constexpr std::size_t longest_name = 100;

const JsoncNode::Items* key_items(const JsoncNode& root) {
  const auto* member = settings::find_member(root, "api_keys");
  return member == nullptr ? nullptr : std::get_if<JsoncNode::Items>(&member->value.value);
}

std::optional<std::size_t> index_of(const JsoncNode& root, std::string_view name) {
  const auto* items = key_items(root);
  for (std::size_t i = 0; items != nullptr && i < items->size(); ++i) {
    const auto* member = settings::find_member((*items)[i], "name");
    const auto* text = member == nullptr ? nullptr : std::get_if<std::string>(&member->value.value);
    if (text != nullptr && *text == name) return i;
  }
  return std::nullopt;
}

/// Behind the last one, or as the first one.
settings::Edit addition(const JsoncNode& root, json::object entry) {
  const auto* items = key_items(root);
  if (items == nullptr) {
    return {.path = {std::string("api_keys")}, .value = json::array{std::move(entry)}};
  }
  return {.path = {std::string("api_keys"), items->size()}, .value = std::move(entry)};
}

/// The entry without its hash.
Result<json::object> read_entry(const http::Request& request) {
  constexpr std::array<std::string_view, 2> members{"name", "models"};
  const auto body = object_in_body(request, members);
  if (!body) return std::unexpected(body.error());
  const auto name = text_in(*body, "name");
  if (!name) return std::unexpected(name.error());
  if (name->size() > longest_name || base::printable(*name) != *name) {
    return fail(ErrorCode::invalid_request,
                fmt::format("a name has at most {} bytes, all printable", longest_name));
  }
  json::object entry{{"name", *name}};
  if (const auto* models = body->if_contains("models")) entry["models"] = *models;
  return entry;
}

}  // namespace

awaitable<Result<Reply>> list_keys(const http::Request&, const Context& context) {
  json::array keys;
  for (const auto& key : context.parts.settings.current()->api_keys) {
    json::object described{{"name", key.name.empty() ? json::value() : json::value(key.name)},
                           {"stored", key.hash.empty() ? "plain" : "hashed"},
                           {"models", nullptr}};
    if (!key.models.empty()) described["models"] = to_array(key.models);
    keys.push_back(std::move(described));
  }
  co_return Reply{.body = {{"keys", std::move(keys)}}};
}

awaitable<Result<Reply>> add_key(const http::Request& request, const Context& context) {
  auto entry = read_entry(request);
  if (!entry) co_return std::unexpected(std::move(entry.error()));
  const std::string name(entry->at("name").as_string());
  const auto key = "sk-" + context.parts.ids.token() + context.parts.ids.token();
  (*entry)["hash"] = settings::hash_key(key);
  const bool is_first = context.parts.settings.current()->api_keys.empty();
  const auto edit = [&](std::string_view text, const JsoncNode& root) -> Result<std::string> {
    if (index_of(root, name)) {
      return fail(ErrorCode::invalid_request,
                  fmt::format("there is a key called {} already: remove it, or choose another name",
                              base::quoted(name)));
    }
    const auto change = addition(root, *entry);
    return settings::edit(text, std::span(&change, 1));
  };
  auto changed = co_await change_file(context, context.parts.reloader.paths().config, edit);
  if (!changed) co_return std::unexpected(std::move(changed.error()));
  co_return Reply{
      .status = 201,
      .body = {
          {"name", name}, {"key", key}, {"is_first", is_first}, {"file", changed->at("file")}}};
}

awaitable<Result<Reply>> remove_key(const http::Request& request, const Context& context) {
  const auto name = name_in_path(request, prefix);
  if (!name) co_return std::unexpected(name.error());
  const auto edit = [&](std::string_view text, const JsoncNode& root) -> Result<std::string> {
    const auto index = index_of(root, *name);
    if (!index) {
      return fail(ErrorCode::not_found,
                  fmt::format("there is no key called {}", base::quoted(*name)));
    }
    return settings::remove(text, std::array<Step, 2>{std::string("api_keys"), *index});
  };
  auto changed = co_await change_file(context, context.parts.reloader.paths().config, edit);
  if (!changed) co_return std::unexpected(std::move(changed.error()));
  co_return Reply{.body = {{"name", *name},
                           {"removed", true},
                           {"was_last", context.parts.settings.current()->api_keys.empty()},
                           {"file", changed->at("file")}}};
}

}  // namespace lmbridge::control
