// The settings that are in force, which a reload replaces.
#pragma once

#include "base/condition.hpp"
#include "settings/settings.hpp"

#include <memory>
#include <unordered_set>
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
    for (auto* each : listeners_) each->notify();
  }

  /// Has a condition notified when others are in force, for as long as it lives.
  class Listener {
   public:
    /// Both outlive it.
    Listener(const LiveSettings& settings, base::Condition& replaced)
        : settings_(settings), replaced_(replaced) {
      settings_.listeners_.insert(&replaced_);
    }
    Listener(const Listener&) = delete;
    Listener& operator=(const Listener&) = delete;
    ~Listener() { settings_.listeners_.erase(&replaced_); }

   private:
    const LiveSettings& settings_;
    base::Condition& replaced_;
  };

 private:
  Snapshot current_;
  /// Who listens changes nothing of what is in force.
  mutable std::unordered_set<base::Condition*> listeners_;
};

}  // namespace lmbridge::settings
