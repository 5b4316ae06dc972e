#include "live/secret.hpp"

#include "base/base64.hpp"

#include <sys/random.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <stdexcept>

namespace lmbridge::live {
namespace {

constexpr std::size_t secret_bytes = 32;

}  // namespace

std::string make_secret() {
  std::array<char, secret_bytes> bytes{};
  ssize_t size = 0;
  // So few come whole, once the kernel has any.
  do {
    size = getrandom(bytes.data(), bytes.size(), 0);
  } while (size < 0 && errno == EINTR);
  if (size != static_cast<ssize_t>(bytes.size())) {
    throw std::runtime_error("the kernel has no random numbers");
  }
  auto text = base::base64_encoded({bytes.data(), bytes.size()});
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
