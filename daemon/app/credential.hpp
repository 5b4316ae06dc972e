// Secrets that the service manager hands over in files of its own (systemd.exec(5),
// LoadCredential=), so that they need not stand in the configuration.
#pragma once

#include "base/error.hpp"

#include <string>

namespace lmbridge::app {

/// The API key in $CREDENTIALS_DIRECTORY/api_key without blanks and line ends around it. Empty
/// where there is no such file, or nothing in it. Errors: invalid_configuration for one that can't
/// be read or is no key: over 1000 bytes, or with anything but printable ASCII without blanks.
Result<std::string> api_key_credential();

}  // namespace lmbridge::app
