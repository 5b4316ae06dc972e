#include "media/stored_upload.hpp"

#include "base/media_type.hpp"
#include "media/read_at.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>

namespace lmbridge::media {
namespace {

/// Of the table of media types, so it lives for ever.
std::string_view media_type_of(std::string_view bytes, const std::filesystem::path& file) {
  const auto extension = file.extension().string();
  const auto declared =
      base::media_type_of_extension(std::string_view(extension).substr(extension.empty() ? 0 : 1));
  const auto seen = base::sniff_media_type(bytes, declared);
  return seen == base::unknown_media_type && !declared.empty() ? declared : seen;
}

}  // namespace

Result<StoredUpload::Handle> StoredUpload::open(const std::filesystem::path& file) {
  const auto missing = [] { return fail(ErrorCode::not_found, "the file is not there any more"); };
  // A pipe would wait for its other end.
  const int descriptor = ::open(file.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
  if (descriptor < 0) return missing();
  // The constructor is private, so not by make_shared.
  std::shared_ptr<StoredUpload> upload(new StoredUpload(descriptor));
  struct stat status{};
  if (::fstat(descriptor, &status) != 0 || !S_ISREG(status.st_mode)) return missing();
  upload->size_ = static_cast<std::uint64_t>(status.st_size);
  const auto beginning = upload->read(0, base::sniffed_bytes);
  if (!beginning) return std::unexpected(beginning.error());
  upload->media_type_ = media_type_of(*beginning, file);
  return upload;
}

StoredUpload::~StoredUpload() {
  ::close(descriptor_);
}

Result<std::string> StoredUpload::read(std::uint64_t offset, std::size_t length) const {
  const auto left = size_ - std::min(offset, size_);
  return read_at(descriptor_, offset,
                 static_cast<std::size_t>(std::min<std::uint64_t>(length, left)));
}

bool is_harmless_media_type(std::string_view media_type) {
  const bool is_picture = media_type.starts_with("image/") && media_type != "image/svg+xml";
  return is_picture || media_type.starts_with("audio/") || media_type.starts_with("video/");
}

}  // namespace lmbridge::media
