#include "api/ignored_field_log.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <vector>

namespace lmbridge::api {

void IgnoredFieldLog::note(std::span<const std::string> fields) {
  std::vector<std::string> fresh;
  for (const auto& field : fields) {
    if (named_.size() < most && named_.insert(field).second) fresh.push_back(field);
  }
  if (fresh.empty()) return;
  log_.info("requests have fields that have no effect; this is said once",
            {{"fields", fmt::format("{}", fmt::join(fresh, ", "))}});
}

}  // namespace lmbridge::api
