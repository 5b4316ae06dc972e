// A request's body as a file that the browser can read.
#pragma once

#include "base/error.hpp"

#include <string>
#include <string_view>

namespace lmbridge::bridge {

/// In memory and without a name: it goes with the daemon, however that ends. The browser opens it
/// through /proc, as the same user.
class BodyFile {
 public:
  /// `internal` when there is no memory or descriptor for it.
  static Result<BodyFile> create(std::string_view body);

  BodyFile(BodyFile&& other) noexcept;
  BodyFile& operator=(BodyFile&& other) noexcept;
  ~BodyFile();

  /// Valid as long as this object.
  [[nodiscard]] std::string path() const;

 private:
  explicit BodyFile(int descriptor) : descriptor_(descriptor) {}

  int descriptor_;
};

}  // namespace lmbridge::bridge
