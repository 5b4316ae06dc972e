#include "openai/chunk_batch.hpp"

namespace lmbridge::openai {

void ChunkBatch::add(Kind kind, std::string_view literal) {
  used_ = true;
  if (++count_ <= chunks_a_turn) {
    write(kind, literal);
    return;
  }
  if (kind != joined_kind_) write_joined();
  joined_kind_ = kind;
  // JSON strings join by their insides: each is well-formed by itself.
  const auto skipped = joined_.empty() ? 0UL : 1UL;
  joined_ += literal.substr(skipped, literal.size() - 1 - skipped);
  if (joined_.size() > joined_limit) write_joined();
}

void ChunkBatch::content_text(std::string_view text) {
  used_ = true;
  write_joined();
  chunks_.content_text(out_, text);
}

void ChunkBatch::write(Kind kind, std::string_view literal) {
  if (kind == Kind::content) {
    chunks_.content_literal(out_, literal);
  } else {
    chunks_.reasoning_literal(out_, literal);
  }
}

void ChunkBatch::write_joined() {
  if (joined_.empty()) return;
  joined_ += '"';
  write(joined_kind_, joined_);
  joined_.clear();
}

void ChunkBatch::finish() {
  write_joined();
  count_ = 0;
}

}  // namespace lmbridge::openai
