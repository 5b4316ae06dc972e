// The chunks of one choice of what has come for a stream in one turn of the event loop.
#pragma once

#include "openai/answer_sink.hpp"
#include "openai/chunks.hpp"

#include <string>
#include <string_view>

namespace lmbridge::openai {

/// Each piece becomes a chunk. But a client to whom hundreds of pieces come at once gains nothing
/// from that: two hundred bytes of frame around each word would be most of what it has to read.
/// What is beyond `chunks_a_turn` is joined into larger chunks. finish() ends a turn.
class ChunkBatch final : public AnswerSink {
 public:
  static constexpr int chunks_a_turn = 256;
  /// Bytes beyond which a joined chunk is written.
  static constexpr std::size_t joined_limit = 16UL * 1024;

  /// Both outlive the batch; chunks are appended to `out`.
  ChunkBatch(const ChunkWriter& chunks, std::string& out) : chunks_(chunks), out_(out) {}

  void content_literal(std::string_view literal) override { add(Kind::content, literal); }
  void content_text(std::string_view text) override;
  void reasoning_literal(std::string_view literal) override { add(Kind::reasoning, literal); }
  /// Every chunk is as good as sent.
  [[nodiscard]] bool can_begin_anew() const override { return !used_; }
  void begin_anew() override {}
  /// Writes what is still being joined.
  void finish();

 private:
  enum class Kind { content, reasoning };

  void add(Kind kind, std::string_view literal);
  void write(Kind kind, std::string_view literal);
  void write_joined();

  const ChunkWriter& chunks_;
  std::string& out_;
  /// A literal without its closing quote, or nothing.
  std::string joined_;
  Kind joined_kind_ = Kind::content;
  int count_ = 0;
  bool used_ = false;
};

}  // namespace lmbridge::openai
