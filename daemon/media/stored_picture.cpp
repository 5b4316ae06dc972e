#include "media/stored_picture.hpp"

#include "base/media_type.hpp"
#include "base/text.hpp"
#include "media/library_names.hpp"
#include "media/picture_source.hpp"
#include "media/read_at.hpp"

#include <fmt/format.h>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>

namespace lmbridge::media {
namespace {

std::unexpected<Error> missing(std::string_view path) {
  return fail(
      ErrorCode::not_found,
      fmt::format("there is no picture {} in the library; GET /api/images/list has them all",
                  base::quoted(base::excerpt(path, 200))));
}

/// -1 when it can't be opened.
int open_below(const std::filesystem::path& root, const LibraryPath& path) {
  const int folder =
      ::open((root / path.day).c_str(), O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  if (folder < 0) return -1;
  // A pipe would wait for its other end.
  const int file =
      ::openat(folder, path.name.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
  ::close(folder);
  return file;
}

std::chrono::system_clock::time_point time_of(const timespec& time) {
  using namespace std::chrono;
  return system_clock::time_point(
      duration_cast<system_clock::duration>(seconds(time.tv_sec) + nanoseconds(time.tv_nsec)));
}

}  // namespace

Result<StoredPicture::Handle> StoredPicture::open(const std::filesystem::path& root,
                                                  std::string_view path) {
  const auto parsed = parse_library_path(path);
  if (!parsed) return missing(path);
  const int descriptor = open_below(root, *parsed);
  if (descriptor < 0) return missing(path);
  // The constructor is private, so not by make_shared.
  std::shared_ptr<StoredPicture> picture(new StoredPicture(descriptor));
  struct stat status{};
  if (::fstat(descriptor, &status) != 0 || !S_ISREG(status.st_mode)) return missing(path);
  picture->size_ = static_cast<std::uint64_t>(status.st_size);
  picture->modified_ = time_of(status.st_mtim);
  picture->etag_ = fmt::format("{:x}-{:x}-{:x}", status.st_ino, status.st_size,
                               picture->modified_.time_since_epoch().count());
  const auto beginning = picture->read(0, base::sniffed_bytes);
  if (!beginning) return std::unexpected(beginning.error());
  const auto media_type = recognise_original(*beginning);
  if (!media_type) return missing(path);
  picture->media_type_ = *media_type;
  return picture;
}

StoredPicture::~StoredPicture() {
  ::close(descriptor_);
}

Result<std::string> StoredPicture::read(std::uint64_t offset, std::size_t length) const {
  const auto left = size_ - std::min(offset, size_);
  return read_at(descriptor_, offset,
                 static_cast<std::size_t>(std::min<std::uint64_t>(length, left)));
}

void StoredPicture::renew() const {
  // Where it is not allowed, the file keeps its age, which is no harm.
  static_cast<void>(::futimens(descriptor_, nullptr));
}

}  // namespace lmbridge::media
