// How the files of the picture library are named: "20261123/063000-123_REQUEST_HASH.png", in local
// time. Names are all that the library knows of its pictures, so it needs no index on the disk.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace lmbridge::media {

/// A path inside the library: exactly one folder, which is a day, and one name.
struct LibraryPath {
  /// "YYYYMMDD"
  std::string day;
  std::string name;

  [[nodiscard]] std::string text() const { return day + '/' + name; }
  bool operator==(const LibraryPath&) const = default;
};

/// `hash` is the hexadecimal hash of the bytes, of which 16 digits are taken. Of the request's id
/// only letters, digits, '-' and '_' are taken.
LibraryPath make_library_path(std::chrono::system_clock::time_point time,
                              std::string_view request_id, std::string_view hash,
                              std::string_view extension);

/// Nothing for what is no path of a picture: other folders, further folders, names with a dot in
/// front, with '%', '\\', control characters or invalid UTF-8, and endings that are no picture's.
std::optional<LibraryPath> parse_library_path(std::string_view text);

bool is_library_day(std::string_view text);

/// Whether the library shows a file of that name, whoever put it there.
bool is_picture_name(std::string_view name);

/// The hash in a name that make_library_path() made; empty in others.
std::string_view hash_in_name(std::string_view name);

/// Whether it is the name under which base::NewFile writes a file before it has its own.
bool is_unfinished_name(std::string_view name);

}  // namespace lmbridge::media
