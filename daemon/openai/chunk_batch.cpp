#include "openai/chunk_batch.hpp"

namespace lmbridge::openai {

void ChunkBatch::literal(std::string_view literal) {
  if (++count_ <= chunks_a_turn) {
    chunks_.content_literal(out_, literal);
    return;
  }
  // JSON strings join by their insides: each is well-formed by itself.
  const auto skipped = joined_.empty() ? 0UL : 1UL;
  joined_ += literal.substr(skipped, literal.size() - 1 - skipped);
  if (joined_.size() > joined_limit) finish();
}

void ChunkBatch::text(std::string_view text) {
  finish();
  chunks_.content_text(out_, text);
}

void ChunkBatch::finish() {
  if (joined_.empty()) return;
  joined_ += '"';
  chunks_.content_literal(out_, joined_);
  joined_.clear();
}

}  // namespace lmbridge::openai
