#include "media/upload_folder.hpp"

#include "base/media_type.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <span>
#include <system_error>

namespace lmbridge::media {
namespace fs = std::filesystem;
namespace {

constexpr std::size_t token_size = 24;
constexpr std::size_t longest_extension = 10;

bool is_letter_or_digit(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

bool is_extension(std::string_view text) {
  return !text.empty() && text.size() <= longest_extension &&
         std::ranges::all_of(text, is_letter_or_digit);
}

/// ".NAME.XXXXXX", under which base::NewFile writes a file before it has its name.
bool is_unfinished_name(std::string_view name) {
  constexpr std::size_t random_part = 7;
  if (!name.starts_with('.') || name.size() <= 1 + random_part) return false;
  return is_upload_name(name.substr(1, name.size() - 1 - random_part));
}

std::unexpected<Error> unusable(const fs::path& folder, const std::error_code& error) {
  return fail(ErrorCode::invalid_configuration,
              fmt::format("the folder {} for uploaded files can't be used: {}; see that it can be "
                          "written, or switch file_bed_server off",
                          folder.string(), error.message()));
}

}  // namespace

Result<std::vector<FoundUpload>> open_upload_folder(const fs::path& folder) {
  std::error_code error;
  fs::create_directories(folder, error);
  if (!error) fs::permissions(folder, fs::perms::owner_all, error);
  fs::directory_iterator entries;
  if (!error) entries = fs::directory_iterator(folder, error);
  if (error) return unusable(folder, error);
  std::vector<FoundUpload> found;
  for (const auto& entry : entries) {
    const auto name = entry.path().filename().string();
    std::error_code gone;
    if (is_unfinished_name(name)) fs::remove(entry.path(), gone);
    const bool is_file = entry.symlink_status(gone).type() == fs::file_type::regular;
    if (!is_upload_name(name) || !is_file) continue;
    const auto bytes = entry.file_size(gone);
    const auto stored = std::chrono::file_clock::to_sys(entry.last_write_time(gone));
    if (!gone) found.push_back({.name = name, .bytes = bytes, .stored = stored});
  }
  std::ranges::sort(found, {}, &FoundUpload::stored);
  return found;
}

std::string make_upload_name(std::string_view token, std::string_view filename,
                             std::string_view bytes) {
  const auto dot = filename.rfind('.');
  const auto given = dot == std::string_view::npos ? "" : filename.substr(dot + 1);
  auto name = fmt::format("{}.{}", token,
                          is_extension(given)
                              ? given
                              : base::extension_of_media_type(base::sniff_media_type(bytes, "")));
  for (auto& c : std::span(name).subspan(token.size())) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return name;
}

bool is_upload_name(std::string_view name) {
  return name.size() > token_size + 1 && name[token_size] == '.' &&
         std::ranges::all_of(name.substr(0, token_size), is_letter_or_digit) &&
         is_extension(name.substr(token_size + 1));
}

}  // namespace lmbridge::media
