// Memory that many users share, so that all together are bounded and not each alone.
#pragma once

#include <cstddef>
#include <utility>

namespace lmbridge::media {

/// One thread only; outlives its shares.
class SharedRoom {
 public:
  explicit SharedRoom(std::size_t bytes) : bytes_(bytes) {}
  SharedRoom(const SharedRoom&) = delete;
  SharedRoom& operator=(const SharedRoom&) = delete;

  [[nodiscard]] std::size_t taken() const { return taken_; }

  /// What one user has taken; given back when it goes.
  class Share {
   public:
    explicit Share(SharedRoom& room) : room_(room) {}
    Share(const Share&) = delete;
    Share& operator=(const Share&) = delete;
    ~Share() { room_.taken_ -= bytes_; }

    /// False, and nothing is taken, when there is not so much left.
    bool take(std::size_t bytes) {
      if (bytes > room_.bytes_ - room_.taken_) return false;
      room_.taken_ += bytes;
      bytes_ += bytes;
      return true;
    }

   private:
    SharedRoom& room_;
    std::size_t bytes_ = 0;
  };

 private:
  std::size_t bytes_;
  std::size_t taken_ = 0;
};

}  // namespace lmbridge::media
