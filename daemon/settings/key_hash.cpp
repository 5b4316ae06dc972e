#include "settings/key_hash.hpp"

#include "base/sha256.hpp"

namespace lmbridge::settings {
namespace {

constexpr std::string_view prefix = "sha256:";

}  // namespace

std::string hash_key(std::string_view key) {
  return std::string(prefix) + base::hexadecimal(base::sha256(key));
}

bool is_key_hash(std::string_view text) {
  return text.starts_with(prefix) && text.size() == prefix.size() + 2 * base::Digest().size() &&
         text.find_first_not_of("0123456789abcdef", prefix.size()) == std::string_view::npos;
}

}  // namespace lmbridge::settings
