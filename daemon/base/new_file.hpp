// A file that takes another one's place whole or not at all.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace lmbridge::base {

/// Made beside `target`, with mode 0600, under a name of its own; goes unless it has taken the
/// place of `target`. What fails leaves its reason in errno.
class NewFile {
 public:
  explicit NewFile(const std::filesystem::path& target);
  NewFile(const NewFile&) = delete;
  NewFile& operator=(const NewFile&) = delete;
  ~NewFile();

  [[nodiscard]] bool is_open() const { return descriptor_ >= 0; }
  [[nodiscard]] int descriptor() const { return descriptor_; }

  [[nodiscard]] bool write_all(std::string_view text) const;
  /// For what must outlive a power cut; takes its time.
  [[nodiscard]] bool sync() const;
  /// Whoever opens `target` sees all of the old or all of the new text; a link is replaced, not
  /// followed.
  [[nodiscard]] bool take_place();

 private:
  std::filesystem::path target_;
  std::string path_;
  int descriptor_;
  bool renamed_ = false;
};

}  // namespace lmbridge::base
