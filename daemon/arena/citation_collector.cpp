#include "arena/citation_collector.hpp"

namespace lmbridge::arena {
namespace json = boost::json;
namespace {

std::string_view text_member(const json::object& object, std::string_view key) {
  const auto* value = object.if_contains(key);
  if (value == nullptr || !value->is_string()) return {};
  return value->get_string();
}

void collect(const json::value& source, std::vector<Citation>& citations) {
  if (const auto* object = source.if_object()) {
    Citation citation{.title = std::string(text_member(*object, "title")),
                      .url = std::string(text_member(*object, "url"))};
    if (citation.title.empty() && citation.url.empty()) return;
    citations.push_back(std::move(citation));
  } else if (const auto* text = source.if_string()) {
    if (!text->empty()) citations.push_back({.title = {}, .url = std::string(*text)});
  }
}

void collect_sources(const json::value& arguments, std::vector<Citation>& citations) {
  const auto* object = arguments.if_object();
  const auto* source = object == nullptr ? nullptr : object->if_contains("source");
  if (source == nullptr) return;
  if (const auto* list = source->if_array()) {
    for (const auto& entry : *list) collect(entry, citations);
  } else {
    collect(*source, citations);
  }
}

}  // namespace

CitationCollector::Outcome CitationCollector::add(const json::object& record) {
  const auto* fragment = record.if_contains("argsTextDelta");
  if (fragment == nullptr || !fragment->is_string()) return {};
  // A stream that does not number its calls has one at a time.
  const auto id = text_member(record, "toolCallId");
  auto found = calls_.find(id);
  if (found == calls_.end()) {
    if (calls_.size() >= max_open_calls) return {};
    found = calls_.try_emplace(std::string(id)).first;
  }
  Outcome outcome;
  outcome.understood = feed(found->second, fragment->get_string(), outcome.citations);
  if (found->second.bytes == 0) calls_.erase(found);
  return outcome;
}

bool CitationCollector::feed(Call& call, std::string_view fragment,
                             std::vector<Citation>& citations) {
  if (call.broken) return false;
  call.bytes += fragment.size();
  call.broken = call.bytes > max_call_bytes;
  // One fragment may end an object and begin the next.
  while (!call.broken && !fragment.empty()) {
    boost::system::error_code error;
    fragment.remove_prefix(call.parser.write_some(fragment.data(), fragment.size(), error));
    call.broken = error.failed();
    if (call.broken || !call.parser.done()) break;
    collect_sources(call.parser.release(), citations);
    call.parser.reset();
    const auto more = fragment.find_first_not_of(" \t\r\n");
    fragment.remove_prefix(more == std::string_view::npos ? fragment.size() : more);
    call.bytes = fragment.size();
  }
  if (call.broken) call.parser.reset();
  return !call.broken;
}

}  // namespace lmbridge::arena
