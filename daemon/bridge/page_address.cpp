#include "bridge/page_address.hpp"

#include "base/link.hpp"
#include "base/text.hpp"

#include <fmt/format.h>

#include <cctype>

namespace lmbridge::bridge {
namespace {

/// "host:5102/path" begins like a scheme, but a port follows.
bool names_a_scheme(std::string_view address) {
  const auto colon = address.find(':');
  if (colon == std::string_view::npos || address.find_first_of("/?#") < colon) return false;
  return colon + 1 >= address.size() ||
         std::isdigit(static_cast<unsigned char>(address[colon + 1])) == 0;
}

}  // namespace

Result<std::string> page_address(std::string_view address) {
  const auto trimmed = base::trimmed(address);
  if (trimmed == "about:blank" || base::has_scheme(trimmed, "https:") ||
      base::has_scheme(trimmed, "http:")) {
    return std::string(trimmed);
  }
  if (!trimmed.empty() && !trimmed.starts_with('/') && !names_a_scheme(trimmed)) {
    return fmt::format("https://{}", trimmed);
  }
  return fail(ErrorCode::invalid_request,
              fmt::format("a page can't be sent to {}: only https: and http: addresses and "
                          "about:blank are allowed",
                          base::quoted(base::excerpt(address, 100))));
}

}  // namespace lmbridge::bridge
