#include "openai/completion.hpp"

#include "base/text.hpp"

#include <fmt/format.h>

#include <iterator>

namespace lmbridge::openai {

void CompletionChoice::content_text(std::string_view text) {
  std::string literal;
  base::append_json_string(literal, text);
  content_literal(literal);
}

void CompletionChoice::append_to(std::string& out, std::size_t index) const {
  fmt::format_to(std::back_inserter(out),
                 R"({{"index":{},"message":{{"role":"assistant","content":")", index);
  out += content_;
  if (!reasoning_.empty()) {
    out += R"(","reasoning_content":")";
    out += reasoning_;
  }
  fmt::format_to(std::back_inserter(out),
                 R"(","refusal":null}},"logprobs":null,"finish_reason":"{}"}})", name(reason_));
}

std::string completion_body(std::string_view id, std::string_view model, std::int64_t created,
                            std::span<const CompletionChoice> choices, const Usage& usage) {
  constexpr std::size_t around_choice = 512;
  std::size_t size = around_choice + id.size() + model.size();
  for (const auto& choice : choices) size += choice.size() + around_choice;
  std::string body;
  body.reserve(size);
  body += "{\"id\":";
  base::append_json_string(body, id);
  fmt::format_to(std::back_inserter(body), R"(,"object":"chat.completion","created":{},"model":)",
                 created);
  base::append_json_string(body, model);
  body += ",\"choices\":[";
  for (std::size_t i = 0; i < choices.size(); ++i) {
    if (i > 0) body += ',';
    choices[i].append_to(body, i);
  }
  body += "],\"usage\":";
  append_usage(body, usage);
  body += '}';
  return body;
}

}  // namespace lmbridge::openai
