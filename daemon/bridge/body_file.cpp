#include "bridge/body_file.hpp"

#include <fmt/format.h>

#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>
#include <utility>

namespace lmbridge::bridge {
namespace {

std::unexpected<Error> failed() {
  return fail(ErrorCode::internal, fmt::format("a large request could not be kept in memory: {}",
                                               std::generic_category().message(errno)));
}

}  // namespace

Result<BodyFile> BodyFile::create(std::string_view body) {
  const int descriptor = ::memfd_create("lmbridge-body", MFD_CLOEXEC);
  if (descriptor < 0) return failed();
  BodyFile file(descriptor);
  while (!body.empty()) {
    const auto written = ::write(descriptor, body.data(), body.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return failed();
    body.remove_prefix(static_cast<std::size_t>(written));
  }
  return file;
}

BodyFile::BodyFile(BodyFile&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}

BodyFile& BodyFile::operator=(BodyFile&& other) noexcept {
  std::swap(descriptor_, other.descriptor_);
  return *this;
}

BodyFile::~BodyFile() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

std::string BodyFile::path() const {
  return fmt::format("/proc/{}/fd/{}", ::getpid(), descriptor_);
}

}  // namespace lmbridge::bridge
