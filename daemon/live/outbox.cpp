#include "live/outbox.hpp"

#include <algorithm>
#include <utility>

namespace lmbridge::live {

namespace {

constexpr std::size_t most_news = 256;
/// One is drawn while another one travels.
constexpr int most_on_their_way = 2;

}  // namespace

bool Outbox::say(std::string news) {
  if (news_.size() >= most_news) return false;
  news_.push_back(std::move(news));
  changed_.notify();
  return true;
}

void Outbox::show(bridge::LiveFrame picture) {
  picture_ = std::move(picture);
  changed_.notify();
}

boost::asio::awaitable<Outbox::Item> Outbox::next() {
  for (;;) {
    if (!news_.empty()) {
      Item item(std::move(news_.front()));
      news_.pop_front();
      co_return item;
    }
    if (picture_ && on_their_way_ < most_on_their_way) {
      ++on_their_way_;
      co_return Item(*std::exchange(picture_, std::nullopt));
    }
    co_await changed_.wait();
  }
}

void Outbox::note_shown() {
  on_their_way_ = std::max(on_their_way_ - 1, 0);
  changed_.notify();
}

bool Outbox::wants_picture() const {
  return !picture_ && on_their_way_ < most_on_their_way;
}

}  // namespace lmbridge::live
