// The settings that are in force, which a reload replaces.
#pragma once

#include "settings/settings.hpp"

#include <memory>
#include <utility>

namespace lmbridge::settings {

/// I/O thread only. A request takes the settings once, when it begins, and keeps them to its end.
class LiveSettings {
 public:
  /// Shared: by this and by the requests that began under it.
  using Snapshot = std::shared_ptr<const Settings>;

  explicit LiveSettings(Settings settings)
      : current_(std::make_shared<const Settings>(std::move(settings))) {}

  [[nodiscard]] const Snapshot& current() const { return current_; }
  void replace(Settings settings) {
    current_ = std::make_shared<const Settings>(std::move(settings));
  }

 private:
  Snapshot current_;
};

}  // namespace lmbridge::settings
