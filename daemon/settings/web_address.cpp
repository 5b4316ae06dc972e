#include "settings/web_address.hpp"

#include "base/link.hpp"

#include <string>

namespace lmbridge::settings {

bool is_web_address(std::string_view text) {
  std::string link(text);
  return base::normalize_link(link, {.allow_http = true}).has_value() &&
         !base::has_scheme(link, "data:");
}

}  // namespace lmbridge::settings
