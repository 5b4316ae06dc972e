#include "settings/section.hpp"

#include "base/text.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

namespace lmbridge::settings {

std::string Diagnostics::place(std::size_t offset, std::string_view what) const {
  const auto position = position_of(text_, offset);
  return fmt::format("{}:{}:{}: {}", file_name_, position.line, position.column, what);
}

std::string Diagnostics::source(const JsoncNode& node) const {
  return base::printable(base::excerpt(text_.substr(node.begin, node.end - node.begin), 60));
}

Section::Section(const JsoncNode* node, std::string path, Diagnostics& diagnostics)
    : path_(std::move(path)), diagnostics_(diagnostics) {
  if (node == nullptr) return;
  members_ = std::get_if<JsoncNode::Members>(&node->value);
  if (members_ == nullptr) {
    diagnostics_.error(node->begin,
                       fmt::format("{}: found {}, allowed: an object {{...}}",
                                   path_.empty() ? "the file" : path_, diagnostics_.source(*node)));
    return;
  }
  std::set<std::string_view> seen;
  for (const auto& member : *members_) {
    if (seen.insert(member.key).second) continue;
    diagnostics_.warning(member.key_begin, fmt::format("{} stands there twice; this one counts",
                                                       path_of(member.key)));
  }
}

Section::~Section() {
  if (members_ == nullptr) return;
  for (const auto& member : *members_) {
    if (known_.contains(member.key)) continue;
    diagnostics_.warning(member.key_begin,
                         fmt::format("unknown key {}; it has no effect", path_of(member.key)));
  }
}

std::string Section::path_of(std::string_view key) const {
  auto name = base::printable(base::excerpt(key, 80));
  return path_.empty() ? name : path_ + '.' + name;
}

const JsoncMember* Section::find(std::string_view key) const {
  if (members_ == nullptr) return nullptr;
  // The last one counts, as in every JSON parser that takes duplicates.
  const auto found = std::find_if(members_->rbegin(), members_->rend(),
                                  [key](const JsoncMember& member) { return member.key == key; });
  return found == members_->rend() ? nullptr : &*found;
}

const JsoncNode* Section::take(std::string_view key) {
  known_.emplace(key);
  const auto* member = find(key);
  return member == nullptr ? nullptr : &member->value;
}

void Section::refuse(const JsoncNode& node, std::string_view key, std::string_view allowed) {
  diagnostics_.error(node.begin, fmt::format("{}: found {}, allowed: {}", path_of(key),
                                             diagnostics_.source(node), allowed));
}

void Section::refuse(std::string_view key, std::string_view allowed) {
  if (const auto* member = find(key)) refuse(member->value, key, allowed);
}

void Section::read(std::string_view key, std::string& value) {
  const auto* node = take(key);
  if (node == nullptr) return;
  const auto* text = std::get_if<std::string>(&node->value);
  if (text == nullptr) return refuse(*node, key, "a string");
  value = *text;
}

void Section::read(std::string_view key, bool& value) {
  const auto* node = take(key);
  if (node == nullptr) return;
  const auto* flag = std::get_if<bool>(&node->value);
  if (flag == nullptr) return refuse(*node, key, "true or false");
  value = *flag;
}

void Section::read(std::string_view key, std::vector<std::string>& values) {
  const auto* node = take(key);
  if (node == nullptr) return;
  const auto* items = std::get_if<JsoncNode::Items>(&node->value);
  if (items == nullptr) return refuse(*node, key, "an array of strings");
  std::vector<std::string> read;
  for (const auto& item : *items) {
    const auto* text = std::get_if<std::string>(&item.value);
    if (text == nullptr) return refuse(item, key, "an array of strings");
    read.push_back(*text);
  }
  values = std::move(read);
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

}  // namespace lmbridge::settings
