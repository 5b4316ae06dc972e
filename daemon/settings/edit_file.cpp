// The edits of edit.hpp made to files.
#include "base/new_file.hpp"
#include "settings/edit.hpp"
#include "settings/files.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <chrono>
#include <cstring>

namespace lmbridge::settings {
namespace fs = std::filesystem;
namespace {

/// For the edits of other programs, each of which takes as long as the disk needs.
constexpr std::chrono::seconds longest_wait{10};

std::unexpected<Error> refuse(const fs::path& file, std::string_view why) {
  return fail(ErrorCode::invalid_configuration,
              fmt::format("{}: can't be changed: {}", file.string(), why));
}

Result<void> create(const fs::path& file, std::string_view text) {
  base::NewFile made(file);
  if (made.is_open() && made.write_all(text) && made.sync() && made.take_place()) return {};
  return refuse(file, std::strerror(errno));
}

Result<void> change_existing(const fs::path& file,
                             const std::function<Result<std::string>(std::string_view)>& change) {
  std::error_code error;
  const auto target = fs::canonical(file, error);
  if (error) return refuse(file, error.message());
  const auto lock = DirectoryLock::acquire(target.parent_path(), longest_wait);
  if (!lock) return std::unexpected(lock.error());
  const auto before = read_file(target);
  if (!before) return std::unexpected(before.error());
  const auto after = change(*before);
  if (!after) {
    return fail(after.error().code, fmt::format("{}: {}", target.string(), after.error().message));
  }
  if (*after == *before) return {};
  return replace_file(target, *after);
}

}  // namespace

Result<void> change_file(const fs::path& file,
                         const std::function<Result<std::string>(std::string_view)>& change) {
  std::error_code error;
  if (fs::exists(fs::symlink_status(file, error))) return change_existing(file, change);
  const auto made = change("");
  if (!made)
    return fail(made.error().code, fmt::format("{}: {}", file.string(), made.error().message));
  return create(file, *made);
}

Result<void> edit_file(const fs::path& file, std::span<const Edit> edits) {
  return change_existing(file, [edits](std::string_view text) { return edit(text, edits); });
}

Result<void> exchange_text(const fs::path& file, std::string_view before, std::string_view after) {
  return change_existing(file, [&](std::string_view now) -> Result<std::string> {
    if (now == before) return std::string(after);
    return fail(ErrorCode::invalid_configuration,
                "was changed by another program at the same moment; try again");
  });
}

}  // namespace lmbridge::settings
