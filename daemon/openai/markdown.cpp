#include "openai/markdown.hpp"

#include <fmt/format.h>

#include <iterator>

namespace lmbridge::openai {

std::string link_target(std::string_view url) {
  std::string out;
  out.reserve(url.size());
  for (const char c : url) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte <= ' ' || std::string_view("()<>\"\\").contains(c)) {
      fmt::format_to(std::back_inserter(out), "%{:02X}", byte);
    } else {
      out += c;
    }
  }
  return out;
}

}  // namespace lmbridge::openai
