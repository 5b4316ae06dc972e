#include "settings/reloader.hpp"

#include "settings/listen.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <utility>

namespace lmbridge::settings {

Reloader::Reloader(Options options, const Loaded& start, LiveSettings& live, base::Log& log)
    : options_(std::move(options)),
      live_(live),
      log_(log),
      start_texts_(start.texts),
      texts_(start.texts),
      loaded_at_(options_.now()),
      warnings_(start.warnings) {}

Loaded Reloader::check(const std::optional<Replacement>& given) const {
  auto loaded = load(options_.config_file, given);
  options_.overrides(loaded.settings);
  const auto check_door = [&loaded] {
    if (auto refusal = refuse_open_door(loaded.settings); !refusal.empty())
      loaded.errors.push_back(std::move(refusal));
  };
  check_door();
  keep_start_settings(loaded.settings, *live_.current());
  // Once more with the address at which we really listen.
  if (loaded.errors.empty()) check_door();
  return loaded;
}

Reloader::Outcome Reloader::reload(Trigger trigger) {
  options_.on_begin();
  auto outcome = take_up(trigger);
  options_.on_end();
  return outcome;
}

Reloader::Outcome Reloader::take_up(Trigger trigger) {
  auto loaded = check();
  Outcome outcome{.errors = loaded.errors, .warnings = loaded.warnings, .changes = {}};
  if (!loaded.errors.empty()) {
    refuse(std::move(loaded.errors), trigger);
    return outcome;
  }
  outcome.changes = compare(texts_, loaded.texts);
  live_.replace(std::move(loaded.settings));
  loaded_at_ = options_.now();
  warn(loaded.warnings);
  tell(outcome.changes);
  errors_.clear();
  texts_ = std::move(loaded.texts);
  return outcome;
}

std::vector<std::string> Reloader::at_next_start() const {
  return compare(start_texts_, texts_).at_next_start;
}

void Reloader::refuse(std::vector<std::string> errors, Trigger trigger) {
  if (trigger == Trigger::file_changed && errors == errors_)
    return log_.debug("the configuration still has the same errors");
  errors_ = std::move(errors);
  log_.error(
      "the configuration was not reloaded, because it has errors; the one before stays in force",
      {{"first", errors_.front()},
       {"errors", errors_.size()},
       {"hint", fmt::format("lmbridged --check-config --config {} shows them all",
                            options_.config_file.string())}});
}

/// Those that were there before have been said.
void Reloader::warn(const std::vector<std::string>& warnings) {
  if (warnings == std::exchange(warnings_, warnings) || warnings.empty()) return;
  log_.warning("the configuration has warnings",
               {{"first", warnings.front()}, {"warnings", warnings.size()}});
}

void Reloader::tell(const Changes& changes) {
  if (changes.empty() && !errors_.empty()) {
    return log_.info("the configuration has no errors any more, and nothing in it has changed");
  }
  if (changes.empty()) return log_.debug("the configuration was read again; nothing has changed");
  if (!changes.at_once.empty()) {
    log_.info("the configuration was reloaded",
              {{"changed", fmt::format("{}", fmt::join(changes.at_once, ", "))}});
  }
  if (!changes.at_next_start.empty()) {
    log_.warning(
        "the configuration was reloaded, but some of it takes effect at the next start only",
        {{"keys", fmt::format("{}", fmt::join(changes.at_next_start, ", "))}});
  }
}

}  // namespace lmbridge::settings
