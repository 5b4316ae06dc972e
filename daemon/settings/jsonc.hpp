// JSON with comments and trailing commas, as a tree that knows where everything stands in the file.
// For configuration only: messages of a wire protocol go through Boost.JSON.
#pragma once

#include "base/error.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace lmbridge::settings {

/// Both from 1; columns count code points, as editors show them.
struct Position {
  std::size_t line = 1;
  std::size_t column = 1;
};

Position position_of(std::string_view text, std::size_t offset);

struct JsoncMember;

/// A value and the bytes [begin, end) of the file that hold it.
struct JsoncNode {
  using Items = std::vector<JsoncNode>;
  using Members = std::vector<JsoncMember>;

  std::variant<std::nullptr_t, bool, std::int64_t, double, std::string, Items, Members> value;
  std::size_t begin = 0;
  std::size_t end = 0;
};

struct JsoncMember {
  std::string key;
  std::size_t key_begin = 0;
  JsoncNode value;
};

struct JsoncFailure {
  std::string reason;
  std::size_t offset = 0;
};

/// The whole document; a byte order mark in front is skipped. The failure says where it is.
std::expected<JsoncNode, JsoncFailure> parse_jsonc(std::string_view text);

/// Holds no value, but perhaps comments.
bool is_blank(std::string_view text);

/// The offset of the first byte from `offset` on that is neither a blank nor in a comment; in front
/// of a comment that is never closed.
std::size_t skip_blanks(std::string_view text, std::size_t offset);

/// The last member of that name, which is the one that counts; nullptr when there is none or the
/// node is no object.
const JsoncMember* find_member(const JsoncNode& object, std::string_view key);

/// Whether both hold the same, wherever and however it is written. Of equal keys the last counts;
/// order does not.
bool same_value(const JsoncNode& a, const JsoncNode& b);

}  // namespace lmbridge::settings
