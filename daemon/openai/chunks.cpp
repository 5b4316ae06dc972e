#include "openai/chunks.hpp"

#include "base/text.hpp"
#include "openai/error_body.hpp"

#include <fmt/format.h>

#include <iterator>

namespace lmbridge::openai {

ChunkWriter::ChunkWriter(const Head& head) : include_usage_(head.include_usage) {
  opening_ = "data: {\"id\":";
  base::append_json_string(opening_, head.id);
  fmt::format_to(std::back_inserter(opening_),
                 R"(,"object":"chat.completion.chunk","created":{},"model":)", head.created);
  base::append_json_string(opening_, head.model);
  opening_ += ",\"choices\":";
  choice_ = fmt::format(R"([{{"index":{},"delta":{{)", head.index);
  before_content_ = opening_ + choice_ + R"("content":)";
  after_content_ = R"(},"logprobs":null,"finish_reason":null}])";
  after_content_ += include_usage_ ? ",\"usage\":null}\n\n" : "}\n\n";
}

void ChunkWriter::role(std::string& out) const {
  out += opening_;
  out += choice_;
  out += R"("role":"assistant","content":"")";
  out += after_content_;
}

void ChunkWriter::content_literal(std::string& out, std::string_view literal) const {
  out += before_content_;
  out += literal;
  out += after_content_;
}

void ChunkWriter::content_text(std::string& out, std::string_view text) const {
  out += before_content_;
  base::append_json_string(out, text);
  out += after_content_;
}

void ChunkWriter::reasoning_literal(std::string& out, std::string_view literal) const {
  out += before_content_;
  out += R"("","reasoning_content":)";
  out += literal;
  out += after_content_;
}

void ChunkWriter::finish(std::string& out, FinishReason reason) const {
  out += before_content_;
  fmt::format_to(std::back_inserter(out), R"(""}},"logprobs":null,"finish_reason":"{}"}}])",
                 name(reason));
  out += include_usage_ ? ",\"usage\":null}\n\n" : "}\n\n";
}

void ChunkWriter::usage(std::string& out, const Usage& usage) const {
  if (!include_usage_) return;
  out += opening_;
  out += "[],\"usage\":";
  append_usage(out, usage);
  out += "}\n\n";
}

void ChunkWriter::error(std::string& out, const Error& error) {
  out += "data: ";
  out += describe(error).body;
  out += "\n\n";
}

}  // namespace lmbridge::openai
