#include "arena/object_finder.hpp"

#include <cstddef>
#include <vector>

namespace lmbridge::arena {
namespace {

constexpr std::size_t largest_object = 64UL * 1024;
/// Deeper ones are no data of a page.
constexpr std::size_t deepest = 256;

/// An object or array that has begun.
struct Open {
  std::size_t begin = 0;
  bool is_object = false;
  bool has_first = false;
  bool has_second = false;
  /// Something in it was found already.
  bool is_spent = false;
};

class Finder {
 public:
  Finder(std::string_view text, std::string_view first_key, std::string_view second_key,
         const std::function<bool(std::string_view)>& take)
      : text_(text), first_key_(first_key), second_key_(second_key), take_(take) {}

  void run() {
    while (at_ < text_.size() && !ended_) step();
  }

 private:
  void step() {
    switch (text_[at_]) {
      case '"':
        read_string();
        return;
      case '\n':
        open_.clear();
        break;
      case '{':
      case '[':
        begin();
        break;
      case '}':
      case ']':
        end();
        break;
      default:
        break;
    }
    ++at_;
  }

  void begin() {
    // Begun anew rather than kept: what is so deep has lost its way.
    if (open_.size() >= deepest) open_.clear();
    open_.push_back({.begin = at_, .is_object = text_[at_] == '{'});
  }

  void end() {
    if (open_.empty()) return;
    const auto closed = open_.back();
    open_.pop_back();
    if (closed.is_object != (text_[at_] == '}')) {
      open_.clear();
      return;
    }
    bool spent = closed.is_spent;
    const auto size = at_ + 1 - closed.begin;
    if (!spent && closed.has_first && closed.has_second && size <= largest_object) {
      ended_ = !take_(text_.substr(closed.begin, size));
      spent = true;
    }
    if (spent && !open_.empty()) open_.back().is_spent = true;
  }

  /// Goes behind the string; a line that ends in it was no JSON.
  void read_string() {
    const auto begin = at_ + 1;
    for (at_ = begin; at_ < text_.size() && text_[at_] != '"' && text_[at_] != '\n'; ++at_) {
      if (text_[at_] == '\\') ++at_;
    }
    if (at_ >= text_.size() || text_[at_] == '\n') return;
    const auto name = text_.substr(begin, at_ - begin);
    ++at_;
    if (open_.empty() || !open_.back().is_object || at_ >= text_.size() || text_[at_] != ':')
      return;
    open_.back().has_first |= name == first_key_;
    open_.back().has_second |= name == second_key_;
  }

  std::string_view text_;
  std::string_view first_key_;
  std::string_view second_key_;
  const std::function<bool(std::string_view)>& take_;
  std::vector<Open> open_;
  std::size_t at_ = 0;
  bool ended_ = false;
};

}  // namespace

void find_objects(std::string_view text, std::string_view first_key, std::string_view second_key,
                  const std::function<bool(std::string_view object)>& take) {
  Finder(text, first_key, second_key, take).run();
}

}  // namespace lmbridge::arena
