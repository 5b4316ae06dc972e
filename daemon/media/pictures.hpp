// Pictures that the site has generated, on their way to clients: fetched, converted and kept, each
// once. Callers hold a PendingPicture and wait for nothing else.
#pragma once

#include "base/clock.hpp"
#include "base/condition.hpp"
#include "base/log.hpp"
#include "base/task_group.hpp"
#include "media/converter.hpp"
#include "media/fetcher.hpp"
#include "media/library.hpp"
#include "media/made_once.hpp"
#include "settings/live.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace lmbridge::media {

/// What the operator wants pictures to become.
PictureTarget target_of(const settings::PictureConversion& conversion);

/// A picture that a client is to get.
struct PictureOrder {
  /// A https: or data: link, as the site gave it.
  std::string link;
  /// For the log and for names in the library.
  std::string request_id;
  settings::PictureReturn returned_as = settings::PictureReturn::url;
  /// Of base64.
  PictureTarget target = {};
};

/// What it has become.
struct DeliveredPicture {
  /// Of base64; shared with the cache. nullptr for links.
  std::shared_ptr<const EncodedPicture> picture = nullptr;
  /// Of local, as Library::open() takes it; empty for the site's link.
  std::string library_path = {};
  /// Why neither could be had, so that the site's link must do. The log tells it already.
  std::optional<Error> failure = std::nullopt;
};

/// I/O thread only. Whoever loses interest just lets it go; the work ends by itself.
class PendingPicture {
 public:
  PendingPicture(const PendingPicture&) = delete;
  PendingPicture& operator=(const PendingPicture&) = delete;
  ~PendingPicture() { state_->news = nullptr; }

  [[nodiscard]] const std::string& link() const { return state_->order.link; }
  /// nullptr until it has been delivered.
  [[nodiscard]] const DeliveredPicture* outcome() const {
    return state_->outcome ? &*state_->outcome : nullptr;
  }

 private:
  friend class Pictures;

  struct State {
    PictureOrder order;
    base::Condition* news = nullptr;
    std::optional<DeliveredPicture> outcome = std::nullopt;
  };

  explicit PendingPicture(std::shared_ptr<State> state) : state_(std::move(state)) {}

  /// Shared with the task that works on it.
  std::shared_ptr<State> state_;
};

/// I/O thread only. stop() must have been awaited before it goes.
class Pictures {
 public:
  /// Fetches a link that opens only inside of the site's session.
  using FetchInPage = std::function<boost::asio::awaitable<Result<Fetched>>(std::string link)>;

  /// A picture of the library for lists.
  struct Thumbnail {
    Picture picture;
    std::string etag;
  };

  /// How often each thing was there already.
  struct Counts {
    CacheCounts fetched;
    CacheCounts converted;
    CacheCounts thumbnails;
  };

  /// All references outlive it.
  Pictures(const boost::asio::any_io_executor& executor, const settings::LiveSettings& settings,
           const base::Clock& clock, base::Log& log, std::filesystem::path library_root,
           FetchInPage fetch_in_page);

  /// Begins to keep caches and library swept.
  void start();
  /// Ends all that is under way.
  boost::asio::awaitable<void> stop();

  /// Starts the work; `news` is notified when the outcome is there, and outlives what is returned.
  /// Where pictures are kept, it is kept as well, even when nobody waits any more.
  std::unique_ptr<PendingPicture> deliver(PictureOrder order, base::Condition& news);

  /// The picture as webp, at most `width` pixels wide.
  boost::asio::awaitable<Result<std::shared_ptr<const Thumbnail>>> thumbnail(
      StoredPicture::Handle picture, int width);

  [[nodiscard]] Library& library() { return library_; }
  [[nodiscard]] Converter& converter() { return converter_; }
  [[nodiscard]] const Fetcher& fetcher() const { return fetcher_; }
  [[nodiscard]] Counts counts() {
    return {fetched_.cache().counts(), encoded_.cache().counts(), thumbnails_.cache().counts()};
  }

 private:
  using State = PendingPicture::State;

  boost::asio::awaitable<void> work(std::shared_ptr<State> state);
  boost::asio::awaitable<DeliveredPicture> encode(const PictureOrder& order);
  boost::asio::awaitable<Result<std::shared_ptr<const EncodedPicture>>> encoded(
      std::string link, PictureTarget target);
  boost::asio::awaitable<Result<Thumbnail>> make_thumbnail(StoredPicture::Handle picture,
                                                           PictureTarget target, std::string etag);
  boost::asio::awaitable<Result<KeptPicture>> keep(std::string link, std::string request_id);
  boost::asio::awaitable<Result<Bytes>> bytes_of(std::string link);
  boost::asio::awaitable<Result<Fetched>> fetch(std::string link);
  void settle(State& state, DeliveredPicture outcome);
  void complain(const PictureOrder& order, std::string_view what, const Error& error);
  void take_up_settings();

  const settings::LiveSettings& settings_;
  base::Log& log_;
  FetchInPage fetch_in_page_;
  /// Shared with LiveSettings: those that the parts below have.
  std::shared_ptr<const settings::Settings> taken_up_;
  Fetcher fetcher_;
  Converter converter_;
  Library library_;
  /// By their links.
  MadeOnce<Fetched> fetched_;
  /// By target and link.
  MadeOnce<EncodedPicture> encoded_;
  /// By etag and width.
  MadeOnce<Thumbnail> thumbnails_;
  base::TaskGroup tasks_;
};

inline std::size_t cost_of(const Pictures::Thumbnail& thumbnail) {
  return thumbnail.picture.bytes->size();
}

}  // namespace lmbridge::media
