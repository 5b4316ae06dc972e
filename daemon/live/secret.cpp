#include "live/secret.hpp"

#include "base/base64.hpp"
#include "base/random.hpp"

#include <algorithm>

namespace lmbridge::live {
namespace {

constexpr std::size_t secret_bytes = 32;

}  // namespace

std::string make_secret() {
  auto text = base::base64_encoded(base::random_bytes(secret_bytes));
  // For addresses (RFC 4648, section 5).
  std::ranges::replace(text, '+', '-');
  std::ranges::replace(text, '/', '_');
  text.resize(text.find('='));
  return text;
}

bool is_same(const base::Digest& a, const base::Digest& b) {
  unsigned difference = 0;
  for (std::size_t i = 0; i < a.size(); ++i) difference |= static_cast<unsigned>(a[i] ^ b[i]);
  return difference == 0;
}

}  // namespace lmbridge::live
