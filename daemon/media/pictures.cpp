#include "media/pictures.hpp"

#include "base/link.hpp"
#include "base/text.hpp"
#include "media/proxies.hpp"

#include <fmt/format.h>

#include <cstdlib>
#include <utility>

namespace lmbridge::media {
namespace asio = boost::asio;
using asio::awaitable;
using settings::PictureReturn;

namespace {

constexpr std::size_t megabyte = 1024UL * 1024;
constexpr std::chrono::minutes between_sweeps{1};

FetcherOptions fetcher_options(const settings::Downloads& downloads) {
  using std::chrono::ceil;
  using std::chrono::seconds;
  return {.turns = {.at_once = downloads.max_concurrent, .pause = downloads.pause},
          .connect_timeout = downloads.connect_timeout,
          .silence_timeout = downloads.silence_timeout,
          .total_timeout = downloads.total_timeout,
          .max_retries = downloads.max_retries,
          .size_limit = downloads.size_limit_mb * megabyte,
          .slow_threshold = downloads.slow_threshold,
          .connections = {.total = downloads.max_connections,
                          .per_host = downloads.max_connections_per_host},
          .keepalive = ceil<seconds>(downloads.keepalive),
          .dns_cache_ttl = ceil<seconds>(downloads.dns_cache_ttl),
          .allow_private_hosts = HostList(downloads.allow_private_hosts),
          .tls_insecure_hosts = HostList(downloads.tls_insecure_hosts),
          .ca_file = downloads.ca_file};
}

CacheLimits cache_limits(const settings::PictureCache& cache) {
  return {.entries = cache.entries,
          .bytes = cache.megabytes * megabyte,
          .time_to_live = cache.time_to_live};
}

LibraryOptions library_options(const settings::PictureLibrary& library,
                               std::filesystem::path root) {
  return {.root = std::move(root),
          .largest_age = std::chrono::hours(24) * library.max_age_days,
          .largest_total_bytes = library.max_total_mb * megabyte};
}

constexpr CacheLimits thumbnail_limits{.entries = 2000, .bytes = 32 * megabyte};
constexpr int thumbnail_quality = 80;

/// For pictures of many answers at once, which come as they are made.
constexpr Converter::Limits converter_limits{
    .work = {.threads = 2, .waiting = 1000, .bytes = 512 * megabyte}};

}  // namespace

PictureTarget target_of(const settings::PictureConversion& conversion) {
  return {.format = conversion.format, .quality = static_cast<int>(conversion.quality)};
}

Pictures::Pictures(const asio::any_io_executor& executor, const settings::LiveSettings& settings,
                   const base::Clock& clock, base::Log& log, std::filesystem::path library_root,
                   FetchInPage fetch_in_page)
    : settings_(settings),
      log_(log),
      fetch_in_page_(std::move(fetch_in_page)),
      taken_up_(settings.current()),
      fetcher_(executor, fetcher_options(taken_up_->pictures.downloads),
               Proxies([](const char* name) { return std::getenv(name); }), log),
      converter_(executor, converter_limits),
      library_(executor, clock, log,
               library_options(taken_up_->pictures.library, std::move(library_root))),
      fetched_(executor, cache_limits(taken_up_->pictures.cache), clock, log),
      encoded_(executor, cache_limits(taken_up_->pictures.cache), clock, log),
      thumbnails_(executor, thumbnail_limits, clock, log),
      tasks_(executor, log) {}

void Pictures::start() {
  tasks_.spawn("fetched pictures", [this] { return fetched_.keep_swept(between_sweeps); });
  tasks_.spawn("converted pictures", [this] { return encoded_.keep_swept(between_sweeps); });
  tasks_.spawn("thumbnails", [this] { return thumbnails_.keep_swept(between_sweeps); });
  tasks_.spawn("picture library", [this] { return library_.sweep_hourly(); });
}

awaitable<void> Pictures::stop() {
  co_await tasks_.stop(std::chrono::seconds(0));
  co_await thumbnails_.stop();
  co_await encoded_.stop();
  co_await fetched_.stop();
}

void Pictures::take_up_settings() {
  auto current = settings_.current();
  if (current == taken_up_) return;
  const auto& before = taken_up_->pictures;
  const auto& now = current->pictures;
  if (now.downloads != before.downloads) fetcher_.set_options(fetcher_options(now.downloads));
  if (now.cache != before.cache) {
    fetched_.cache().set_limits(cache_limits(now.cache));
    encoded_.cache().set_limits(cache_limits(now.cache));
  }
  taken_up_ = std::move(current);
}

std::unique_ptr<PendingPicture> Pictures::deliver(PictureOrder order, base::Condition& news) {
  take_up_settings();
  auto state = std::make_shared<State>(State{.order = std::move(order), .news = &news});
  std::unique_ptr<PendingPicture> pending(new PendingPicture(state));
  const bool is_link_enough = state->order.returned_as == PictureReturn::url;
  if (is_link_enough) settle(*state, {});
  if (is_link_enough && !taken_up_->pictures.library.enabled) return pending;
  if (!tasks_.spawn("picture", [this, state] { return work(state); }) && !is_link_enough) {
    settle(*state, {.failure = Error{.code = ErrorCode::shutting_down,
                                     .message = "the daemon is stopping"}});
  }
  return pending;
}

awaitable<void> Pictures::work(std::shared_ptr<State> state) {
  const auto& order = state->order;
  const bool is_kept = taken_up_->pictures.library.enabled;
  if (order.returned_as == PictureReturn::base64) {
    settle(*state, co_await encode(order));
    if (!is_kept || state->outcome->failure) co_return;
  }
  DeliveredPicture outcome;
  if (is_kept) {
    auto kept = co_await keep(order.link, order.request_id);
    if (!kept) complain(order, "a picture could not be kept", kept.error());
    if (kept) {
      outcome.library_path = std::move(kept->path);
    } else {
      outcome.failure = std::move(kept.error());
    }
  } else {
    outcome.failure = Error{.code = ErrorCode::invalid_configuration,
                            .message =
                                "image_return_format.mode is \"local\", but "
                                "save_images_locally is false"};
    complain(order, "there is no picture of our own to link to", *outcome.failure);
  }
  if (order.returned_as == PictureReturn::local) settle(*state, std::move(outcome));
}

void Pictures::settle(State& state, DeliveredPicture outcome) {
  state.outcome = std::move(outcome);
  if (state.news != nullptr) state.news->notify();
}

void Pictures::complain(const PictureOrder& order, std::string_view what, const Error& error) {
  const auto& debug = taken_up_->debug;
  const auto length = debug.full_urls ? order.link.size() : debug.url_length;
  log_.warning(what, {{"id", order.request_id},
                      {"url", base::printable(base::excerpt(order.link, length))},
                      {"code", base::name(error.code)},
                      {"reason", base::describe_chain(error)}});
}

awaitable<DeliveredPicture> Pictures::encode(const PictureOrder& order) {
  auto picture = co_await encoded(order.link, order.target);
  if (!picture) {
    complain(order, "a picture can't be handed on itself; the client gets the site's link",
             picture.error());
    co_return DeliveredPicture{.failure = std::move(picture.error())};
  }
  if ((*picture)->animation_lost) {
    log_.info("a picture moved, and what it was converted to does not",
              {{"id", order.request_id}, {"type", (*picture)->media_type}});
  }
  co_return DeliveredPicture{.picture = *std::move(picture)};
}

awaitable<Result<std::shared_ptr<const EncodedPicture>>> Pictures::encoded(std::string link,
                                                                           PictureTarget target) {
  const auto make = [this, link, target]() -> awaitable<Result<EncodedPicture>> {
    auto bytes = co_await bytes_of(link);
    if (!bytes) co_return std::unexpected(std::move(bytes.error()));
    co_return co_await converter_.encode(*std::move(bytes), target);
  };
  if (base::has_scheme(link, "data:")) {
    // The picture itself would be its key.
    auto made = co_await make();
    if (!made) co_return std::unexpected(std::move(made.error()));
    co_return std::make_shared<const EncodedPicture>(*std::move(made));
  }
  auto key = fmt::format("{} {} {}", std::to_underlying(target.format), target.quality, link);
  co_return co_await encoded_.get(std::move(key), make);
}

awaitable<Result<KeptPicture>> Pictures::keep(std::string link, std::string request_id) {
  auto bytes = co_await bytes_of(std::move(link));
  if (!bytes) co_return std::unexpected(std::move(bytes.error()));
  const auto target = target_of(taken_up_->pictures.library.conversion);
  if (target.format != Format::original) {
    auto converted = co_await converter_.convert(*bytes, target);
    if (!converted) co_return std::unexpected(std::move(converted.error()));
    bytes = std::move(converted->bytes);
  }
  co_return co_await library_.keep(*std::move(bytes), std::move(request_id));
}

awaitable<Result<std::shared_ptr<const Pictures::Thumbnail>>> Pictures::thumbnail(
    StoredPicture::Handle picture, int width) {
  const PictureTarget target{
      .format = Format::webp, .quality = thumbnail_quality, .largest_width = width};
  auto etag = fmt::format("{}-{}", picture->etag(), width);
  co_return co_await thumbnails_.get(
      etag, [this, picture, target, etag] { return make_thumbnail(picture, target, etag); });
}

awaitable<Result<Pictures::Thumbnail>> Pictures::make_thumbnail(StoredPicture::Handle picture,
                                                                PictureTarget target,
                                                                std::string etag) {
  auto bytes = co_await library_.read(picture, 0, static_cast<std::size_t>(picture->size()));
  if (!bytes) co_return std::unexpected(std::move(bytes.error()));
  auto converted =
      co_await converter_.convert(std::make_shared<const std::string>(*std::move(bytes)), target);
  if (!converted) co_return std::unexpected(std::move(converted.error()));
  co_return Thumbnail{.picture = *std::move(converted), .etag = std::move(etag)};
}

awaitable<Result<Bytes>> Pictures::bytes_of(std::string link) {
  if (base::has_scheme(link, "data:")) {
    if (auto normal = base::normalize_link(link); !normal) {
      co_return std::unexpected(std::move(normal.error()));
    }
    const auto data = base::split_data_link(link);
    co_return co_await converter_.decode(std::string(data->base64));
  }
  const auto fetched = co_await fetched_.get(link, [this, link] { return fetch(link); });
  if (!fetched) co_return std::unexpected(fetched.error());
  co_return Bytes(*fetched, &(*fetched)->bytes);
}

awaitable<Result<Fetched>> Pictures::fetch(std::string link) {
  auto fetched = co_await fetcher_.fetch(link);
  if (fetched || fetched.error().code != ErrorCode::download_forbidden) co_return fetched;
  auto from_page = co_await fetch_in_page_(std::move(link));
  if (from_page) co_return from_page;
  co_return fail(
      fetched.error().code,
      fmt::format("{}, and the site's page can't fetch it either", fetched.error().message),
      std::move(from_page.error()));
}

}  // namespace lmbridge::media
