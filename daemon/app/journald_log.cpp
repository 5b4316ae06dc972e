// The journal would note our own file and line with each entry, which tells nobody anything.
#define SD_JOURNAL_SUPPRESS_LOCATION

#include "app/journald_log.hpp"

#include <fmt/format.h>
#include <systemd/sd-journal.h>

#include <sys/stat.h>
#include <sys/uio.h>
#include <syslog.h>

#include <algorithm>
#include <cstdlib>

namespace lmbridge::app {
namespace {

int priority(base::LogLevel level) {
  switch (level) {
    case base::LogLevel::trace:
    case base::LogLevel::debug:
      return LOG_DEBUG;
    case base::LogLevel::info:
      return LOG_INFO;
    case base::LogLevel::warning:
      return LOG_WARNING;
    case base::LogLevel::error:
      return LOG_ERR;
  }
  return LOG_ERR;
}

/// Names of the journal have capital letters, digits and underscores, 64 characters at most.
std::string field_name(std::string_view name) {
  if (name == "id") name = "request_id";
  std::string journal_name = "LMBRIDGE_";
  for (const char c : name) {
    const bool is_small = c >= 'a' && c <= 'z';
    const bool is_plain = (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    journal_name += is_small ? static_cast<char>(c - 'a' + 'A') : is_plain ? c : '_';
  }
  return journal_name.substr(0, 64);
}

std::string field_text(const base::LogField& field) {
  return std::visit([](const auto& value) { return fmt::format("{}", value); }, field.value);
}

}  // namespace

bool is_journal_stream(int descriptor) {
  const auto* named = std::getenv("JOURNAL_STREAM");
  struct stat found{};
  if (named == nullptr || fstat(descriptor, &found) != 0) return false;
  return fmt::format("{}:{}", found.st_dev, found.st_ino) == named;
}

std::vector<std::string> journal_entry(base::LogLevel level, std::string_view message,
                                       base::LogFields fields) {
  std::vector<std::string> entry{fmt::format("MESSAGE={}", base::render_text(message, fields)),
                                 fmt::format("PRIORITY={}", priority(level)),
                                 fmt::format("LMBRIDGE_MESSAGE={}", message)};
  for (const auto& field : fields) {
    entry.push_back(fmt::format("{}={}", field_name(field.name), field_text(field)));
  }
  return entry;
}

void JournaldLog::write(base::LogLevel level, std::string_view message, base::LogFields fields) {
  auto entry = journal_entry(level, message, fields);
  std::vector<iovec> parts(entry.size());
  std::ranges::transform(entry, parts.begin(), [](std::string& part) {
    return iovec{.iov_base = part.data(), .iov_len = part.size()};
  });
  // Nobody could be told if it failed.
  sd_journal_sendv(parts.data(), static_cast<int>(parts.size()));
}

}  // namespace lmbridge::app
