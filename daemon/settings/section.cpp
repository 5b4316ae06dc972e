#include "settings/section.hpp"

#include "base/text.hpp"
#include "settings/spelling.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

namespace lmbridge::settings {

Section::Section(const JsoncNode* node, std::string path, Diagnostics& diagnostics)
    : object_(node), path_(std::move(path)), diagnostics_(diagnostics) {
  if (node == nullptr) return;
  members_ = std::get_if<JsoncNode::Members>(&node->value);
  if (members_ == nullptr) {
    if (path_.empty()) diagnostics_.hide(*node);  // nobody knows what it holds
    diagnostics_.error(node->begin,
                       fmt::format("{}: found {}, allowed: an object {{...}}",
                                   path_.empty() ? "the file" : path_, diagnostics_.source(*node)));
    return;
  }
  std::set<std::string_view> seen;
  for (const auto& member : *members_) {
    if (seen.insert(member.key).second) continue;
    diagnostics_.warning(member.key_begin,
                         fmt::format("{} stands there twice; this one counts", name_of(member)));
  }
}

Section::~Section() {
  if (members_ == nullptr) return;
  for (const auto& member : *members_) {
    if (known_.contains(member.key)) continue;
    const auto meant = closest(member.key, known_);
    const auto hint =
        meant.empty() ? std::string() : fmt::format(" (did you mean {}?)", path_of(meant));
    diagnostics_.warning(member.key_begin,
                         fmt::format("unknown key {}; it has no effect{}", name_of(member), hint));
  }
}

std::string Section::path_of(std::string_view key) const {
  auto name = base::printable(base::excerpt(key, 80));
  return path_.empty() ? name : path_ + '.' + name;
}

/// Where values are hidden a misplaced one may stand in a key's place.
std::string Section::name_of(const JsoncMember& member) const {
  const bool hidden = diagnostics_.is_hidden(member.key_begin, member.key_begin + 1);
  return hidden ? path_ + ".(name not shown)" : path_of(member.key);
}

const JsoncMember* Section::find(std::string_view key) const {
  return object_ == nullptr ? nullptr : find_member(*object_, key);
}

const JsoncNode* Section::take(std::string_view key) {
  known_.emplace(key);
  const auto* member = find(key);
  return member == nullptr ? nullptr : &member->value;
}

std::vector<std::string> Section::names() {
  std::vector<std::string> names;
  if (members_ == nullptr) return names;
  for (const auto& member : *members_) {
    if (known_.insert(member.key).second) names.push_back(member.key);
  }
  return names;
}

void Section::hide(std::string_view key) {
  if (members_ == nullptr) return;
  for (const auto& member : *members_) {
    if (member.key == key) diagnostics_.hide(member.value);
  }
}

void Section::warn(std::initializer_list<std::string_view> keys, std::string_view what) {
  for (const auto key : keys) {
    if (const auto* member = find(key)) return diagnostics_.warning(member->value.begin, what);
  }
  if (object_ != nullptr) diagnostics_.warning(object_->begin, what);
}

void Section::refuse(const JsoncNode& node, std::string_view key, std::string_view allowed) {
  diagnostics_.error(node.begin, fmt::format("{}: found {}, allowed: {}", path_of(key),
                                             diagnostics_.source(node), allowed));
}

void Section::refuse(std::string_view key, std::string_view allowed) {
  if (const auto* member = find(key)) refuse(member->value, key, allowed);
}

bool Section::read(std::string_view key, std::string& value) {
  const auto* node = take(key);
  if (node == nullptr) return false;
  const auto* text = std::get_if<std::string>(&node->value);
  if (text == nullptr) {
    refuse(*node, key, "a string");
    return false;
  }
  value = *text;
  return true;
}

void Section::read(std::string_view key, bool& value) {
  const auto* node = take(key);
  if (node == nullptr) return;
  const auto* flag = std::get_if<bool>(&node->value);
  if (flag == nullptr) return refuse(*node, key, "true or false");
  value = *flag;
}

bool Section::read(std::string_view key, std::vector<std::string>& values) {
  const auto* node = take(key);
  if (node == nullptr) return false;
  const auto* items = std::get_if<JsoncNode::Items>(&node->value);
  const auto wrong = [&](const JsoncNode& found) {
    refuse(found, key, "an array of strings");
    return false;
  };
  if (items == nullptr) return wrong(*node);
  std::vector<std::string> read;
  for (const auto& item : *items) {
    const auto* text = std::get_if<std::string>(&item.value);
    if (text == nullptr) return wrong(item);
    read.push_back(*text);
  }
  values = std::move(read);
  return true;
}

void Section::require(std::string_view key, std::string& value) {
  constexpr std::string_view allowed = "a string that is not empty";
  const auto* node = take(key);
  if (node == nullptr) {
    if (members_ == nullptr) return;  // reported already
    diagnostics_.error(object_->begin,
                       fmt::format("{}: missing, needed: {}", path_of(key), allowed));
    return;
  }
  const auto* text = std::get_if<std::string>(&node->value);
  if (text == nullptr || text->empty()) return refuse(*node, key, allowed);
  value = *text;
}

std::optional<double> Section::take_number(std::string_view key, double smallest, double largest,
                                           bool whole, std::string_view unit) {
  const auto* node = take(key);
  if (node == nullptr) return std::nullopt;
  std::optional<double> number;
  if (const auto* integer = std::get_if<std::int64_t>(&node->value)) {
    number = static_cast<double>(*integer);
  } else if (const auto* real = std::get_if<double>(&node->value)) {
    if (!whole || std::floor(*real) == *real) number = *real;
  }
  if (number && *number >= smallest && *number <= largest) return number;
  refuse(*node, key,
         fmt::format("a {}number from {} to {}{}", whole ? "whole " : "", smallest, largest, unit));
  return std::nullopt;
}

void Section::read(std::string_view key, std::size_t& value, std::size_t smallest,
                   std::size_t largest) {
  const auto number =
      take_number(key, static_cast<double>(smallest), static_cast<double>(largest), true, "");
  if (number) value = static_cast<std::size_t>(*number);
}

void Section::read(std::string_view key, std::chrono::milliseconds& value,
                   std::chrono::seconds smallest, std::chrono::seconds largest) {
  const auto number = take_number(key, static_cast<double>(smallest.count()),
                                  static_cast<double>(largest.count()), false, " (seconds)");
  if (number) value = std::chrono::milliseconds(std::llround(*number * 1000));
}

void Section::read_minutes(std::string_view key, std::chrono::milliseconds& value,
                           std::chrono::milliseconds smallest, std::chrono::milliseconds largest) {
  using Minutes = std::chrono::duration<double, std::ratio<60>>;
  const auto number =
      take_number(key, Minutes(smallest).count(), Minutes(largest).count(), false, " (minutes)");
  if (number) value = std::chrono::milliseconds(std::llround(*number * 60'000));
}

void Section::read_milliseconds(std::string_view key, std::chrono::milliseconds& value,
                                std::chrono::milliseconds largest) {
  const auto number =
      take_number(key, 0, static_cast<double>(largest.count()), true, " (milliseconds)");
  if (number) value = std::chrono::milliseconds(std::llround(*number));
}

std::optional<std::ptrdiff_t> Section::choose(std::string_view key,
                                              const std::vector<std::string_view>& allowed) {
  const auto* node = take(key);
  if (node == nullptr) return std::nullopt;
  if (const auto* text = std::get_if<std::string>(&node->value)) {
    const auto found = std::ranges::find(allowed, *text);
    if (found != allowed.end()) return found - allowed.begin();
  }
  refuse(*node, key, fmt::format("\"{}\"", fmt::join(allowed, "\", \"")));
  return std::nullopt;
}

Section Section::section(std::string_view key) {
  return Section(take(key), path_of(key), diagnostics_);
}

void Section::each(std::string_view key, const std::function<void(Section&)>& reader) {
  const auto* node = take(key);
  if (node == nullptr) return;
  const auto* items = std::get_if<JsoncNode::Items>(&node->value);
  if (items == nullptr) return refuse(*node, key, "an array of objects [{...}, ...]");
  for (std::size_t i = 0; i < items->size(); ++i) {
    Section item(&(*items)[i], fmt::format("{}[{}]", path_of(key), i), diagnostics_);
    if (item.members_ != nullptr) reader(item);
  }
}

}  // namespace lmbridge::settings
