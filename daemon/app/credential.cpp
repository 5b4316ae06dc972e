#include "app/credential.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string_view>
#include <system_error>

namespace lmbridge::app {
namespace fs = std::filesystem;
namespace {

constexpr std::size_t longest_key = 1000;

std::unexpected<Error> refuse(const fs::path& file, std::string_view why) {
  return fail(ErrorCode::invalid_configuration,
              fmt::format("the credential api_key ({}) can't be used: {}; see LoadCredential= in "
                          "the unit",
                          file.string(), why));
}

std::string_view without_space(std::string_view text) {
  constexpr std::string_view space = " \t\r\n";
  const auto first = text.find_first_not_of(space);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(space) - first + 1);
}

}  // namespace

Result<std::string> api_key_credential() {
  const auto* directory = std::getenv("CREDENTIALS_DIRECTORY");
  if (directory == nullptr) return {};
  const auto file = fs::path(directory) / "api_key";
  std::error_code error;
  if (!fs::exists(file, error) && !error) return {};
  std::ifstream stream(file, std::ios::binary);
  // Some more than a key may have, for the space around it.
  std::string text(longest_key + 100, '\0');
  stream.read(text.data(), static_cast<std::streamsize>(text.size()));
  const auto size = static_cast<std::size_t>(stream.gcount());
  if (!stream.eof()) {
    return refuse(file,
                  size == text.size() ? "it is too long" : std::generic_category().message(errno));
  }
  text.resize(size);
  const auto key = without_space(text);
  if (key.size() > longest_key) return refuse(file, "it is too long");
  if (!std::ranges::all_of(key, [](char c) { return c > ' ' && c <= '~'; })) {
    return refuse(file, "a key is one word of printable ASCII characters");
  }
  return std::string(key);
}

}  // namespace lmbridge::app
