#include "media/library_names.hpp"

#include "base/media_type.hpp"
#include "base/text.hpp"

#include <fmt/format.h>

#include <time.h>

#include <algorithm>
#include <cstdint>

namespace lmbridge::media {
namespace {

constexpr std::size_t hash_digits = 16;
constexpr std::size_t longest_id = 64;
/// What file systems take.
constexpr std::size_t longest_name = 255;

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

bool is_hexadecimal(char c) {
  return is_digit(c) || (c >= 'a' && c <= 'f');
}

std::string name_part(std::string_view request_id) {
  std::string part;
  for (const char c : request_id.substr(0, longest_id)) {
    const bool is_letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    if (is_letter || is_digit(c) || c == '-' || c == '_') part += c;
  }
  return part;
}

}  // namespace

LibraryPath make_library_path(std::chrono::system_clock::time_point time,
                              std::string_view request_id, std::string_view hash,
                              std::string_view extension) {
  using std::chrono::milliseconds;
  const auto since_epoch = std::chrono::floor<milliseconds>(time).time_since_epoch();
  const auto seconds = std::chrono::floor<std::chrono::seconds>(since_epoch);
  const time_t count = seconds.count();
  tm local{};
  localtime_r(&count, &local);
  return {
      .day = fmt::format("{:04}{:02}{:02}", local.tm_year + 1900, local.tm_mon + 1, local.tm_mday),
      .name = fmt::format("{:02}{:02}{:02}-{:03}_{}_{}.{}", local.tm_hour, local.tm_min,
                          local.tm_sec, (since_epoch - seconds).count(), name_part(request_id),
                          hash.substr(0, hash_digits), extension)};
}

std::optional<LibraryPath> parse_library_path(std::string_view text) {
  const auto slash = text.find('/');
  if (slash == std::string_view::npos) return std::nullopt;
  const auto day = text.substr(0, slash);
  const auto name = text.substr(slash + 1);
  if (!is_library_day(day) || !is_picture_name(name)) return std::nullopt;
  return LibraryPath{.day = std::string(day), .name = std::string(name)};
}

bool is_library_day(std::string_view text) {
  return text.size() == 8 && std::ranges::all_of(text, is_digit);
}

bool is_picture_name(std::string_view name) {
  const auto dot = name.rfind('.');
  if (name.size() > longest_name || dot == std::string_view::npos || name.starts_with('.')) {
    return false;
  }
  const auto is_forbidden = [](char c) {
    const auto byte = static_cast<std::uint8_t>(c);
    return byte < 0x20 || byte == 0x7F || c == '/' || c == '\\' || c == '%';
  };
  if (std::ranges::any_of(name, is_forbidden) || !base::is_valid_utf8(name)) return false;
  const auto type = base::media_type_of_extension(name.substr(dot + 1));
  return type.starts_with("image/") && type != "image/svg+xml";
}

std::string_view hash_in_name(std::string_view name) {
  const auto stem = name.substr(0, name.rfind('.'));
  const auto line = stem.rfind('_');
  if (line == std::string_view::npos) return {};
  const auto hash = stem.substr(line + 1);
  const bool is_hash = hash.size() == hash_digits && std::ranges::all_of(hash, is_hexadecimal);
  return is_hash ? hash : std::string_view();
}

bool is_unfinished_name(std::string_view name) {
  constexpr std::size_t random_part = 7;
  if (!name.starts_with('.') || name.size() <= 1 + random_part) return false;
  const auto inner = name.substr(1, name.size() - 1 - random_part);
  return name[name.size() - random_part] == '.' && !hash_in_name(inner).empty();
}

}  // namespace lmbridge::media
