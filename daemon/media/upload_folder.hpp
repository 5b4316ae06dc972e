// The folder in which uploaded files lie, and how they are named there.
#pragma once

#include "base/error.hpp"

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace lmbridge::media {

struct FoundUpload {
  std::string name;
  std::uint64_t bytes = 0;
  std::chrono::system_clock::time_point stored;
};

/// Blocks. Makes the folder where there is none and deletes what was not uploaded to its end. The
/// files that are there, the oldest first; what we have not put there is left alone. Error:
/// invalid_configuration.
Result<std::vector<FoundUpload>> open_upload_folder(const std::filesystem::path& folder);

/// `token`, which nobody can guess, with an extension: that of `filename` where it is a plain one,
/// else that of files which begin with `bytes`.
std::string make_upload_name(std::string_view token, std::string_view filename,
                             std::string_view bytes);

/// Whether make_upload_name() makes such names.
bool is_upload_name(std::string_view name);

}  // namespace lmbridge::media
