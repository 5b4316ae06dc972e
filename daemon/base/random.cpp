#include "base/random.hpp"

#include <sys/random.h>

#include <cerrno>
#include <stdexcept>

namespace lmbridge::base {

std::string random_bytes(std::size_t count) {
  std::string bytes(count, '\0');
  ssize_t size = 0;
  // So few come whole, once the kernel has any.
  do {
    size = getrandom(bytes.data(), bytes.size(), 0);
  } while (size < 0 && errno == EINTR);
  if (size != static_cast<ssize_t>(count)) {
    throw std::runtime_error("the kernel has no random numbers");
  }
  return bytes;
}

}  // namespace lmbridge::base
