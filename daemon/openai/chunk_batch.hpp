// The content chunks of what has come for a stream in one turn of the event loop.
#pragma once

#include "openai/chunks.hpp"

#include <string>
#include <string_view>

namespace lmbridge::openai {

/// Each piece becomes a chunk. But a client to whom hundreds of pieces come at once gains nothing
/// from that: two hundred bytes of frame around each word would be most of what it has to read.
/// What is beyond `chunks_a_turn` is joined into larger chunks. One batch a turn; finish() ends it.
class ChunkBatch {
 public:
  static constexpr int chunks_a_turn = 256;
  /// Bytes of content beyond which a joined chunk is written.
  static constexpr std::size_t joined_limit = 16UL * 1024;

  /// Both outlive the batch; chunks are appended to `out`.
  ChunkBatch(const ChunkWriter& chunks, std::string& out) : chunks_(chunks), out_(out) {}

  /// `literal` is a valid JSON string with its quotes.
  void literal(std::string_view literal);
  /// `text` is valid UTF-8.
  void text(std::string_view text);
  /// Writes what is still being joined.
  void finish();

 private:
  const ChunkWriter& chunks_;
  std::string& out_;
  /// A literal without its closing quote, or nothing.
  std::string joined_;
  int count_ = 0;
};

}  // namespace lmbridge::openai
