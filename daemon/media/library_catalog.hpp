// What lies in the folders of the picture library. Everything blocks; any thread.
#pragma once

#include "base/error.hpp"
#include "media/library_names.hpp"

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace lmbridge::media {

struct LibraryQuery {
  /// "YYYYMMDD"; empty for all days.
  std::string day = {};
  /// How many to skip, and how many to tell; of the latter at most largest_library_page.
  std::size_t offset = 0;
  std::size_t limit = 50;
};

inline constexpr std::size_t largest_library_page = 500;

struct ListedPicture {
  /// As Library::open() takes it.
  std::string path;
  /// By its name.
  std::string_view media_type;
  std::uint64_t bytes = 0;
  std::chrono::system_clock::time_point modified;
};

struct LibraryPage {
  std::vector<ListedPicture> pictures;
  /// Of the whole list.
  std::size_t total = 0;
};

/// Newest first. `invalid_request` for a day that is none.
Result<LibraryPage> list_library(const std::filesystem::path& root, const LibraryQuery& query);

/// The days that have folders, newest first.
std::vector<std::string> library_days(const std::filesystem::path& root);

/// The names of a day's pictures, newest first; of unfinished files, too, when asked for.
std::vector<std::string> names_of_day(const std::filesystem::path& root, std::string_view day,
                                      bool with_unfinished = false);

}  // namespace lmbridge::media
