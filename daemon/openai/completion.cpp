#include "openai/completion.hpp"

#include "base/text.hpp"

#include <fmt/format.h>

#include <iterator>

namespace lmbridge::openai {

CompletionWriter::CompletionWriter(std::string_view id, std::string_view model,
                                   std::int64_t created) {
  body_ = "{\"id\":";
  base::append_json_string(body_, id);
  fmt::format_to(std::back_inserter(body_), R"(,"object":"chat.completion","created":{},"model":)",
                 created);
  base::append_json_string(body_, model);
  body_ += R"(,"choices":[{"index":0,"message":{"role":"assistant","content":")";
}

void CompletionWriter::content_literal(std::string_view literal) {
  body_ += literal.substr(1, literal.size() - 2);
}

void CompletionWriter::content_text(std::string_view text) {
  std::string literal;
  base::append_json_string(literal, text);
  content_literal(literal);
}

std::string CompletionWriter::finish(FinishReason reason, const Usage& usage) && {
  fmt::format_to(std::back_inserter(body_),
                 R"(","refusal":null}},"logprobs":null,"finish_reason":"{}"}}],"usage":)",
                 name(reason));
  append_usage(body_, usage);
  body_ += '}';
  return std::move(body_);
}

}  // namespace lmbridge::openai
