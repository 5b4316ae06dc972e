#include "base/sha256.hpp"

#include <fmt/format.h>

#include <openssl/evp.h>

#include <iterator>
#include <new>
#include <span>

namespace lmbridge::base {

Digest sha256(std::string_view bytes) {
  Digest digest{};
  // Nothing but a lack of memory makes it fail.
  if (EVP_Digest(bytes.data(), bytes.size(), digest.data(), nullptr, EVP_sha256(), nullptr) != 1) {
    throw std::bad_alloc();
  }
  return digest;
}

std::string hexadecimal(const Digest& digest, std::size_t length) {
  std::string text;
  for (const auto byte : std::span(digest).first(length)) {
    fmt::format_to(std::back_inserter(text), "{:02x}", byte);
  }
  return text;
}

}  // namespace lmbridge::base
