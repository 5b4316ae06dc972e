#include "app/make_log.hpp"

#include "app/journald_log.hpp"
#include "app/stderr_log.hpp"

#include <unistd.h>

namespace lmbridge::app {

std::unique_ptr<base::Log> make_log(const settings::Logging& options, const base::Clock& clock) {
  if (options.format == settings::LogFormat::text && is_journal_stream(STDERR_FILENO)) {
    return std::make_unique<JournaldLog>(options.level);
  }
  return std::make_unique<StderrLog>(options, clock);
}

}  // namespace lmbridge::app
