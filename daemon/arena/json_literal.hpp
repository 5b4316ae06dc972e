// JSON string literals as they stand in the stream: checked once, then passed on as they are. A
// checked literal can be spliced into another JSON document without decoding and encoding it. For
// whole documents use boost::json.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace lmbridge::arena {

struct LiteralCheck {
  bool valid = false;
  /// Whether a backslash occurs; without one the text is what stands between the quotes.
  bool has_escapes = false;
};

/// Checks that all of `text` is one JSON string with its quotes (RFC 8259), and stricter: no lone
/// surrogate among the \u escapes, and valid UTF-8, so that every parser takes it.
LiteralCheck check_json_literal(std::string_view text);

/// The text that the valid literal `literal` stands for.
std::string decode_json_literal(std::string_view literal);

}  // namespace lmbridge::arena
