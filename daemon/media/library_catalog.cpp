#include "media/library_catalog.hpp"

#include "base/media_type.hpp"
#include "base/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <system_error>

namespace lmbridge::media {
namespace fs = std::filesystem;
namespace {

/// The names in `folder` that `is_wanted` likes, the last one first. A folder that can't be read is
/// an empty one.
template <class Predicate>
std::vector<std::string> names_in(const fs::path& folder, Predicate is_wanted) {
  std::vector<std::string> names;
  std::error_code error;
  for (fs::directory_iterator entry(folder, error), end; !error && entry != end;
       entry.increment(error)) {
    if (auto name = entry->path().filename().string(); is_wanted(*entry, name)) {
      names.push_back(std::move(name));
    }
  }
  std::ranges::sort(names, std::greater());
  return names;
}

ListedPicture listed(const fs::path& root, std::string_view day, const std::string& name) {
  std::error_code error;
  const auto file = root / day / name;
  const auto bytes = fs::file_size(file, error);
  const auto modified = fs::last_write_time(file, error);
  const auto extension = std::string_view(name).substr(name.rfind('.') + 1);
  return {.path = fmt::format("{}/{}", day, name),
          .media_type = base::media_type_of_extension(extension),
          .bytes = error ? 0 : bytes,
          .modified = error ? std::chrono::system_clock::time_point()
                            : std::chrono::file_clock::to_sys(modified)};
}

}  // namespace

std::vector<std::string> library_days(const fs::path& root) {
  return names_in(root, [](const fs::directory_entry& entry, const std::string& name) {
    std::error_code error;
    return is_library_day(name) && !entry.is_symlink(error) && entry.is_directory(error);
  });
}

std::vector<std::string> names_of_day(const fs::path& root, std::string_view day,
                                      bool with_unfinished) {
  const auto is_wanted = [&](const fs::directory_entry& entry, const std::string& name) {
    std::error_code error;
    return (is_picture_name(name) || (with_unfinished && is_unfinished_name(name))) &&
           !entry.is_symlink(error) && entry.is_regular_file(error);
  };
  return names_in(root / day, is_wanted);
}

Result<LibraryPage> list_library(const fs::path& root, const LibraryQuery& query) {
  if (!query.day.empty() && !is_library_day(query.day)) {
    return fail_param("date", fmt::format("{} is no day; write it as YYYYMMDD",
                                          base::quoted(base::excerpt(query.day, 50))));
  }
  auto days = library_days(root);
  if (!query.day.empty()) {
    std::erase_if(days, [&query](const std::string& day) { return day != query.day; });
  }
  const auto limit = std::min(query.limit, largest_library_page);
  LibraryPage page;
  for (const auto& day : days) {
    const auto names = names_of_day(root, day);
    const auto skipped = std::min(names.size(), query.offset - std::min(query.offset, page.total));
    for (std::size_t i = skipped; i < names.size() && page.pictures.size() < limit; ++i) {
      page.pictures.push_back(listed(root, day, names[i]));
    }
    page.total += names.size();
  }
  return page;
}

}  // namespace lmbridge::media
