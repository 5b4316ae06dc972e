// Keys that stand in the configuration as their hashes, so that who reads it can't use them. They
// are random and long: a plain SHA-256 gives nothing away.
#pragma once

#include <string>
#include <string_view>

namespace lmbridge::settings {

/// "sha256:" and 64 hexadecimal digits in lower case.
std::string hash_key(std::string_view key);

bool is_key_hash(std::string_view text);

}  // namespace lmbridge::settings
