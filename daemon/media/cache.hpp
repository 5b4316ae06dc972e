// What was made with some cost and is small enough to be kept for a while: fetched pictures, and
// what they were converted to.
#pragma once

#include "base/clock.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

namespace lmbridge::media {

struct CacheLimits {
  std::size_t entries = 500;
  /// Of all values together.
  std::size_t bytes = 256UL * 1024 * 1024;
  /// From when a value was put in; not prolonged by use.
  std::chrono::milliseconds time_to_live{3'600'000};
};

struct CacheCounts {
  std::uint64_t hits = 0;
  std::uint64_t misses = 0;
};

/// The order in which entries go: least recently used first, and whatever is too old. Pure but for
/// the clock that it is given; one thread only.
template <class Value>
class Cache {
 public:
  /// Shared: with those who use the value while it leaves the cache.
  using Pointer = std::shared_ptr<const Value>;

  Cache(CacheLimits limits, const base::Clock& clock) : limits_(limits), clock_(clock) {}

  /// The value under `key`, or nullptr; counts as a hit or a miss, and as a use.
  Pointer find(std::string_view key) {
    const auto found = index_.find(key);
    if (found == index_.end() || is_old(*found->second)) {
      if (found != index_.end()) erase(found->second);
      ++counts_.misses;
      return nullptr;
    }
    ++counts_.hits;
    entries_.splice(entries_.begin(), entries_, found->second);
    return found->second->value;
  }

  /// Keeps `value`, which takes up `bytes`, in place of what was under `key`. Values that are
  /// larger than a quarter of all that is allowed are not kept: a few of them would drive out all
  /// others.
  void put(std::string key, Pointer value, std::size_t bytes) {
    if (const auto found = index_.find(key); found != index_.end()) erase(found->second);
    if (bytes > limits_.bytes / 4 || limits_.entries == 0) return;
    entries_.push_front({.key = std::move(key),
                         .value = std::move(value),
                         .bytes = bytes,
                         .end = clock_.now() + limits_.time_to_live});
    index_.emplace(entries_.front().key, entries_.begin());
    bytes_ += bytes;
    shrink();
  }

  /// Removes what is too old, which otherwise would only go when it is asked for or in the way.
  void sweep() {
    for (auto entry = entries_.begin(); entry != entries_.end();) {
      const auto next = std::next(entry);
      if (is_old(*entry)) erase(entry);
      entry = next;
    }
  }

  /// Removes all.
  void clear() {
    index_.clear();
    entries_.clear();
    bytes_ = 0;
  }

  /// For what is put in from now on, and at once where there is less room.
  void set_limits(CacheLimits limits) {
    limits_ = limits;
    shrink();
  }

  [[nodiscard]] std::size_t size() const { return entries_.size(); }
  [[nodiscard]] std::size_t bytes() const { return bytes_; }
  [[nodiscard]] const CacheCounts& counts() const { return counts_; }

 private:
  struct Entry {
    std::string key;
    Pointer value;
    std::size_t bytes = 0;
    std::chrono::steady_clock::time_point end;
  };
  using Position = typename std::list<Entry>::iterator;

  [[nodiscard]] bool is_old(const Entry& entry) const { return entry.end <= clock_.now(); }

  void shrink() {
    while (entries_.size() > limits_.entries || bytes_ > limits_.bytes) {
      erase(std::prev(entries_.end()));
    }
  }

  void erase(Position entry) {
    bytes_ -= entry->bytes;
    index_.erase(entry->key);
    entries_.erase(entry);
  }

  CacheLimits limits_;
  const base::Clock& clock_;
  /// The most recently used first.
  std::list<Entry> entries_;
  /// By the keys in the entries.
  std::unordered_map<std::string_view, Position> index_;
  std::size_t bytes_ = 0;
  CacheCounts counts_;
};

}  // namespace lmbridge::media
