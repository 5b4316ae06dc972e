// An edit of any JSONC text gives JSONC in which that value, and no other, is different; so does an
// item that is appended, and a value that is taken out.

#include "settings/edit.hpp"
#include "settings/jsonc.hpp"
#include "tests/fuzz/check.hpp"

#include <boost/json/serialize.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace {

using lmbridge::fuzz::check;
using lmbridge::settings::Edit;
using lmbridge::settings::find_member;
using lmbridge::settings::JsoncNode;
using lmbridge::settings::same_value;

/// A path for `choices`: mostly down existing values, now and then to a member that is missing.
std::vector<lmbridge::settings::Step> choose_path(const JsoncNode& root, std::string_view choices) {
  std::vector<lmbridge::settings::Step> path;
  const auto* node = &root;
  for (const auto choice : choices) {
    const auto index = static_cast<std::size_t>(static_cast<unsigned char>(choice));
    if (const auto* items = std::get_if<JsoncNode::Items>(&node->value)) {
      if (items->empty()) break;
      path.emplace_back(index % items->size());
      node = &(*items)[index % items->size()];
    } else if (const auto* members = std::get_if<JsoncNode::Members>(&node->value)) {
      const auto& key = index % 4 == 0 || members->empty()
                            ? std::string(1, choice)
                            : (*members)[index % members->size()].key;
      path.emplace_back(key);
      const auto* member = find_member(*node, key);
      if (member == nullptr) break;
      node = &member->value;
    } else {
      break;
    }
  }
  return path;
}

/// The value at `path`; nullptr where there is none.
const JsoncNode* at(const JsoncNode& root, const std::vector<lmbridge::settings::Step>& path) {
  const auto* node = &root;
  for (const auto& step : path) {
    if (const auto* index = std::get_if<std::size_t>(&step)) {
      const auto* items = std::get_if<JsoncNode::Items>(&node->value);
      if (items == nullptr || *index >= items->size()) return nullptr;
      node = &(*items)[*index];
    } else {
      const auto* member = find_member(*node, std::get<std::string>(step));
      if (member == nullptr) return nullptr;
      node = &member->value;
    }
  }
  return node;
}

/// A replaced value leaves all bytes around it as they were; a member that is added splits the text
/// in two places at most and takes nothing away.
void check_bytes(std::string_view before, std::string_view after, const JsoncNode* replaced) {
  if (replaced != nullptr) {
    check(after.substr(0, replaced->begin) == before.substr(0, replaced->begin),
          "what stands before the value stays");
    check(after.ends_with(before.substr(replaced->end)), "what stands behind the value stays");
    return;
  }
  std::size_t kept = 0;
  for (const auto c : after) kept += kept < before.size() && before[kept] == c ? 1 : 0;
  check(kept == before.size(), "an added member takes nothing away");
}

/// What a change to the numbers of values gives is JSONC, or a reason why it can't be made.
void check_reshaped(const lmbridge::Result<std::string>& result) {
  if (!result) {
    check(result.error().code != lmbridge::ErrorCode::internal, "nothing else is changed");
  } else if (!lmbridge::settings::is_blank(*result)) {
    check(lmbridge::settings::parse_jsonc(*result).has_value(), "the result is JSONC");
  }
}

void reshape(std::string_view text, const Edit& edit) {
  const auto appended = lmbridge::settings::append_item(text, edit.path, edit.value);
  check_reshaped(appended);
  const auto removed = lmbridge::settings::remove(text, edit.path);
  check_reshaped(removed);
  if (appended && !lmbridge::settings::is_blank(text)) {
    std::size_t kept = 0;
    for (const auto c : *appended) kept += kept < text.size() && text[kept] == c ? 1 : 0;
    check(kept == text.size(), "an appended item takes nothing away");
  }
  // Of an array the next one takes its place.
  if (!removed || std::holds_alternative<std::size_t>(edit.path.back())) return;
  const auto root = lmbridge::settings::parse_jsonc(*removed);
  check(!root || at(*root, edit.path) == nullptr, "what was taken out is not there");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 4) return 0;
  const std::string choices(data, data + 4);
  const std::string text(data + 4, data + size);
  const auto before = lmbridge::settings::parse_jsonc(text);
  const std::vector<Edit> edits{
      {.path = before ? choose_path(*before, choices) : std::vector<lmbridge::settings::Step>{"k"},
       .value =
           choices[3] % 2 == 0 ? boost::json::value(7) : boost::json::value("new \"// value")}};
  if (!edits[0].path.empty()) reshape(text, edits[0]);
  const auto edited = lmbridge::settings::edit(text, edits);
  if (!edited) {
    check(edited.error().code != lmbridge::ErrorCode::internal, "an edit changes its value only");
    return 0;
  }
  const auto after = lmbridge::settings::parse_jsonc(*edited);
  check(after.has_value(), "the result is JSONC");
  const auto* value = at(*after, edits[0].path);
  const auto wanted = lmbridge::settings::parse_jsonc(boost::json::serialize(edits[0].value));
  check(value != nullptr && wanted && same_value(*value, *wanted), "the value is there");
  if (before) check_bytes(text, *edited, at(*before, edits[0].path));
  const auto again = lmbridge::settings::edit(*edited, edits);
  check(again && *again == *edited, "the same edit again changes nothing");
  return 0;
}
