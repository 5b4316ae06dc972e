#include "base/new_file.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>

namespace lmbridge::base {
namespace fs = std::filesystem;

NewFile::NewFile(const fs::path& target)
    : target_(target),
      path_((target.parent_path() / ('.' + target.filename().string() + ".XXXXXX")).string()),
      descriptor_(mkostemp(path_.data(), O_CLOEXEC)) {}

NewFile::~NewFile() {
  if (!is_open()) return;
  if (!renamed_) unlink(path_.c_str());
  close(descriptor_);
}

bool NewFile::write_all(std::string_view text) const {
  while (!text.empty()) {
    const auto written = write(descriptor_, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return false;
    text.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

bool NewFile::sync() const {
  return fsync(descriptor_) == 0;
}

bool NewFile::take_place() {
  renamed_ = rename(path_.c_str(), target_.c_str()) == 0;
  return renamed_;
}

}  // namespace lmbridge::base
