// The events of a streamed chat completion, in the shape that spec/clients.md asks for. For a
// response in one piece use CompletionWriter.
#pragma once

#include "base/error.hpp"
#include "openai/finish_reason.hpp"
#include "openai/usage.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace lmbridge::openai {

/// Appends whole SSE events of one choice to a string. The order is the caller's: role(), any
/// number of content and reasoning, finish(); when all choices have that, usage(), done(); or
/// error() in place of the rest.
class ChunkWriter {
 public:
  struct Head {
    /// "chatcmpl-..." by custom.
    std::string id;
    std::string model;
    /// Seconds since 1970.
    std::int64_t created = 0;
    /// The client asked for a usage chunk; all other chunks then say `"usage":null`.
    bool include_usage = false;
    /// Which of the answers that the client asked for (`n`).
    std::size_t index = 0;
  };

  explicit ChunkWriter(const Head& head);

  /// The first chunk: the role, which comes only once, and empty content.
  void role(std::string& out) const;
  /// `literal` is a valid JSON string with its quotes; it is copied as it is.
  void content_literal(std::string& out, std::string_view literal) const;
  /// `text` is valid UTF-8.
  void content_text(std::string& out, std::string_view text) const;
  /// The same for `reasoning_content`; the content of such a chunk is empty.
  void reasoning_literal(std::string& out, std::string_view literal) const;
  /// The one chunk with a finish_reason.
  void finish(std::string& out, FinishReason reason) const;
  /// The chunk with the counts; nothing unless the client asked for it.
  void usage(std::string& out, const Usage& usage) const;

  /// A failure after the stream has begun.
  static void error(std::string& out, const Error& error);
  static void done(std::string& out) { out += "data: [DONE]\n\n"; }
  /// A comment, which clients pass over; `text` is one line.
  static void comment(std::string& out, std::string_view text) {
    out += ": ";
    out += text;
    out += "\n\n";
  }

 private:
  bool include_usage_;
  /// `data: {"id":...,"choices":` of every chunk.
  std::string opening_;
  /// What stands before and behind the literal of a content chunk.
  std::string before_content_;
  std::string after_content_;
  /// `[{"index":0,"delta":{` of every chunk with a choice.
  std::string choice_;
};

}  // namespace lmbridge::openai
