// Header values with parameters, as Content-Type and Content-Disposition have them:
// `form-data; name="a b"; filename=x.png`.
#pragma once

#include "base/error.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace lmbridge::http {

struct ParameterizedValue {
  /// What stands in front of the parameters, in lower case.
  std::string value;
  /// Names in lower case, each once.
  std::vector<std::pair<std::string, std::string>> parameters;

  [[nodiscard]] std::optional<std::string_view> get(std::string_view name) const;
};

/// Values may be quoted; then \" and \\ stand for the second of the two, and any other backslash
/// for itself, because old browsers send paths of Windows. Errors: invalid_request, with `what` as
/// the header's name: a quote that does not end, a parameter without "=", one that comes twice.
Result<ParameterizedValue> parse_parameters(std::string_view what, std::string_view text);

}  // namespace lmbridge::http
