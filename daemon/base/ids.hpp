// Identifiers, from a source that is handed in so that tests can predict them.
#pragma once

#include <cstdint>
#include <random>
#include <string>
#include <string_view>

namespace lmbridge::base {

class IdSource {
 public:
  virtual ~IdSource() = default;
  /// A version 4 UUID in lower case, e.g. "c6341952-952d-4a5a-86ab-61e407667a75".
  virtual std::string uuid() = 0;
  /// 24 letters and digits; unguessable only as far as the source is.
  virtual std::string token() = 0;
};

/// From the kernel's random numbers.
class RandomIds final : public IdSource {
 public:
  std::string uuid() override;
  std::string token() override;

 private:
  std::random_device device_;
};

/// The textual form of a UUID of any version, in either case.
bool is_uuid(std::string_view text);

}  // namespace lmbridge::base
