#include "arena/answer_decoder.hpp"

#include "arena/json_literal.hpp"
#include "arena/redaction.hpp"
#include "base/text.hpp"

#include <boost/json/parse.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstring>

namespace lmbridge::arena {
namespace json = boost::json;
namespace {

std::optional<json::value> parse(std::string_view text) {
  json::parse_options options;
  options.max_depth = 64;
  boost::system::error_code error;
  auto value = json::parse(text, error, {}, options);
  if (error) return std::nullopt;
  return value;
}

std::string_view text_member(const json::object& object, std::string_view key) {
  const auto* value = object.if_contains(key);
  if (value == nullptr || !value->is_string()) return {};
  return value->get_string();
}

/// A count of tokens: a whole number that is not negative, however it is written.
std::optional<std::uint64_t> count_member(const json::object& object, std::string_view key) {
  constexpr double beyond = 1e15;
  const auto* value = object.if_contains(key);
  if (value == nullptr || !value->is_number()) return std::nullopt;
  const auto number = value->to_number<double>();
  if (number < 0 || number > beyond || number != std::floor(number)) return std::nullopt;
  return static_cast<std::uint64_t>(number);
}

std::optional<Usage> usage_of(const json::object& finish) {
  const auto* member = finish.if_contains("usage");
  const auto* usage = member == nullptr ? nullptr : member->if_object();
  if (usage == nullptr) return std::nullopt;
  auto prompt = count_member(*usage, "promptTokens");
  if (!prompt) prompt = count_member(*usage, "inputTokens");
  auto completion = count_member(*usage, "completionTokens");
  if (!completion) completion = count_member(*usage, "outputTokens");
  if (!prompt || !completion) return std::nullopt;
  return Usage{.prompt_tokens = *prompt, .completion_tokens = *completion};
}

FinishReason reason_of(std::string_view word) {
  if (word == "stop") return FinishReason::stop;
  if (word == "length") return FinishReason::length;
  if (word == "content-filter") return FinishReason::content_filter;
  if (word == "tool-calls") return FinishReason::tool_calls;
  if (word == "error") return FinishReason::error;
  if (word == "other") return FinishReason::other;
  return FinishReason::unknown;
}

/// True for records that make their participant the one whose answer it is. Starts of steps, signs
/// of life and what we do not know may come from both.
bool speaks(const Record& record) {
  if (record.kind == '2') {
    return record.json.contains("\"image\"") || !record.json.contains("\"heartbeat\"");
  }
  return std::string_view("0g3cde").contains(record.kind);
}

bool contains(std::string_view text, std::string_view needle) {
  // The marker is looked for in all of an answer: memmem() is several times faster than find().
  return ::memmem(text.data(), text.size(), needle.data(), needle.size()) != nullptr;
}

/// A cheap look at a literal before the thorough one. An object has quotes, which are escaped in a
/// literal; the bare word counts only when nothing came before (`first`).
bool may_be_arena_error(std::string_view literal, bool has_escapes, bool first,
                        const Markers& markers) {
  if (!has_escapes && !first) return false;
  const auto occurs = [literal](const auto& marker) { return contains(literal, marker); };
  // JSON may write any ASCII letter as \u00XX.
  return std::ranges::any_of(markers.arena_error, occurs) ||
         (has_escapes && contains(literal, "\\u00"));
}

bool starts_like_page(std::string_view body) {
  const auto first = body.find_first_not_of(" \t\r\n");
  return first != std::string_view::npos && body[first] == '<';
}

}  // namespace

AnswerDecoder::AnswerDecoder(const Options& options, const Markers& markers)
    : options_(options),
      markers_(markers),
      records_(options.max_line),
      participant_(options.mode == Mode::battle ? options.battle_target : '\0') {}

void AnswerDecoder::feed(std::string_view bytes) {
  if (records_.records() == 0) {
    sample_ += bytes.substr(0, sample_size - sample_.size());
    is_page_ = is_page_ || starts_like_page(sample_);
  }
  if (!is_page_) records_.feed(bytes);
}

std::optional<AnswerEvent> AnswerDecoder::next() {
  if (failed_) return std::nullopt;
  if (auto event = pop_queued()) return event;
  while (const auto record = records_.next()) {
    sample_.clear();
    if (auto event = decode(*record)) return event;
  }
  if (!records_.line_too_long()) return std::nullopt;
  return fail_misfit(fmt::format("a line of more than {} bytes", options_.max_line), {});
}

AnswerDecoder::Skipped AnswerDecoder::skipped() const {
  auto skipped = skipped_;
  skipped.other_lines = records_.other_lines();
  return skipped;
}

AnswerDecoder::Event AnswerDecoder::pop_queued() {
  if (next_queued_ == queued_.size()) return std::nullopt;
  auto event = std::move(queued_[next_queued_++]);
  if (next_queued_ == queued_.size()) {
    queued_.clear();
    next_queued_ = 0;
  }
  return event;
}

bool AnswerDecoder::is_of_answer(const Record& record) {
  if (participant_ == '\0' && speaks(record)) participant_ = record.participant;
  return participant_ == '\0' || participant_ == record.participant;
}

AnswerDecoder::Event AnswerDecoder::decode(const Record& record) {
  if (!is_of_answer(record)) {
    ++skipped_.other_participants;
    return std::nullopt;
  }
  if (finished()) {
    ++skipped_.late_records;
    return std::nullopt;
  }
  return decode_kind(record);
}

AnswerDecoder::Event AnswerDecoder::decode_kind(const Record& record) {
  switch (record.kind) {
    case '0':
      return text(record);
    case 'g':
      return reasoning(record);
    case '2':
      return data_parts(record);
    case '3':
      return error_text(record);
    case 'c':
      return tool_call(record);
    case 'd':
      return finish_message(record);
    case 'e':
      return finish_step(record);
    case 'f':
      return std::nullopt;
    default:
      return unknown(record.kind);
  }
}

AnswerDecoder::Event AnswerDecoder::text(const Record& record) {
  const auto check = check_json_literal(record.json);
  if (!check.valid) return fail_misfit("a text record that is no JSON string", record.json);
  const auto first = !ending_.has_content;
  if (may_be_arena_error(record.json, check.has_escapes, first, markers_)) {
    const auto decoded = decode_json_literal(record.json);
    if (is_arena_error(decoded, first, markers_)) {
      return fail_with(classify_error_text(decoded, markers_));
    }
  }
  if (record.json == "\"\"") return Heartbeat{};
  ending_.has_content = true;
  return TextDelta{record.json};
}

AnswerDecoder::Event AnswerDecoder::reasoning(const Record& record) {
  if (!check_json_literal(record.json).valid) {
    return fail_misfit("a reasoning record that is no JSON string", record.json);
  }
  if (record.json == "\"\"") return Heartbeat{};
  ending_.has_reasoning = true;
  return ReasoningDelta{record.json};
}

AnswerDecoder::Event AnswerDecoder::data_parts(const Record& record) {
  const auto value = parse(record.json);
  // An image may be in it: to skip it would be to lose a part of the answer in silence.
  if (!value) return fail_misfit("a data record that is no JSON", record.json);
  if (!value->is_array()) return malformed();
  for (const auto& part : value->get_array()) {
    const auto* object = part.if_object();
    const auto type = object == nullptr ? std::string_view() : text_member(*object, "type");
    if (type == "heartbeat") {
      queued_.emplace_back(Heartbeat{});
    } else if (type == "image" && !text_member(*object, "image").empty()) {
      ending_.has_content = true;
      queued_.emplace_back(Image{std::string(text_member(*object, "image"))});
    } else {
      unknown(record.kind);
    }
  }
  return pop_queued();
}

AnswerDecoder::Event AnswerDecoder::error_text(const Record& record) {
  const bool is_literal = check_json_literal(record.json).valid;
  const auto text = is_literal ? decode_json_literal(record.json) : std::string(record.json);
  return fail_with(classify_error_text(text, markers_));
}

AnswerDecoder::Event AnswerDecoder::tool_call(const Record& record) {
  const auto value = parse(record.json);
  const auto* object = value ? value->if_object() : nullptr;
  if (object == nullptr) return malformed();
  auto [understood, citations] = citations_.add(*object);
  if (!understood) malformed();
  for (auto& citation : citations) queued_.emplace_back(std::move(citation));
  return pop_queued();
}

AnswerDecoder::Event AnswerDecoder::finish_message(const Record& record) {
  const auto value = parse(record.json);
  const auto* object = value ? value->if_object() : nullptr;
  if (object == nullptr) return fail_misfit("a finish record that is no JSON object", record.json);
  ending_.finish = reason_of(text_member(*object, "finishReason"));
  return Finish{.reason = *ending_.finish, .usage = usage_of(*object)};
}

AnswerDecoder::Event AnswerDecoder::finish_step(const Record& record) {
  const auto value = parse(record.json);
  const auto* object = value ? value->if_object() : nullptr;
  if (object == nullptr) return malformed();
  const auto* message = object->if_contains("message");
  if (message == nullptr || message->is_null()) return std::nullopt;
  return fail_with(classify_error_text(json::serialize(*object), markers_));
}

AnswerDecoder::Event AnswerDecoder::unknown(char kind) {
  ++skipped_.unknown_records;
  if (!skipped_.unknown_kinds.contains(kind)) skipped_.unknown_kinds += kind;
  return std::nullopt;
}

AnswerDecoder::Event AnswerDecoder::malformed() {
  ++skipped_.malformed_records;
  return std::nullopt;
}

AnswerDecoder::Event AnswerDecoder::fail_with(Error error) {
  failed_ = true;
  return Failure{std::move(error)};
}

AnswerDecoder::Event AnswerDecoder::fail_misfit(std::string_view what, std::string_view json) {
  auto message =
      fmt::format("the site sent {}: it may have changed, look for a newer release", what);
  if (!json.empty()) message += fmt::format(" ({})", base::quoted(redacted_excerpt(json)));
  return fail_with(Error{.code = ErrorCode::site_changed, .message = std::move(message)});
}

}  // namespace lmbridge::arena
