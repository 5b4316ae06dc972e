#include "media/library.hpp"

#include "base/condition.hpp"

#include <chrono>
#include <stop_token>
#include <utility>

namespace lmbridge::media {
namespace asio = boost::asio;
namespace {

constexpr std::chrono::hours between_sweeps{1};
/// For what has no picture in memory.
constexpr std::size_t no_bytes = 0;

}  // namespace

Library::Library(const asio::any_io_executor& executor, const base::Clock& clock, base::Log& log,
                 LibraryOptions options)
    : executor_(executor),
      clock_(clock),
      log_(log),
      root_(options.root),
      keeper_(std::make_shared<LibraryKeeper>(std::move(options))),
      writers_(executor, {.threads = 1}),
      readers_(executor, {.threads = 2}) {}

asio::awaitable<Result<KeptPicture>> Library::keep(Bytes bytes, std::string request_id) {
  const auto size = bytes->size();
  co_return co_await writers_.run<KeptPicture>(
      size,
      [keeper = keeper_, bytes = std::move(bytes), id = std::move(request_id),
       now = clock_.wall_now()](const std::stop_token&) { return keeper->keep(*bytes, id, now); });
}

asio::awaitable<Result<LibraryPage>> Library::list(LibraryQuery query) {
  co_return co_await readers_.run<LibraryPage>(
      no_bytes, [root = root_, query = std::move(query)](const std::stop_token&) {
        return list_library(root, query);
      });
}

asio::awaitable<Result<StoredPicture::Handle>> Library::open(std::string path) {
  co_return co_await readers_.run<StoredPicture::Handle>(
      no_bytes, [root = root_, path = std::move(path)](const std::stop_token&) {
        return StoredPicture::open(root, path);
      });
}

asio::awaitable<Result<std::string>> Library::read(StoredPicture::Handle picture,
                                                   std::uint64_t offset, std::size_t length) {
  const auto held = static_cast<std::size_t>(std::min<std::uint64_t>(length, picture->size()));
  co_return co_await readers_.run<std::string>(
      held, [picture = std::move(picture), offset, length](const std::stop_token&) {
        return picture->read(offset, length);
      });
}

asio::awaitable<Result<SweptPictures>> Library::sweep() {
  co_return co_await writers_.run<SweptPictures>(
      no_bytes,
      [keeper = keeper_, now = clock_.wall_now()](const std::stop_token&) -> Result<SweptPictures> {
        return keeper->sweep(now);
      });
}

asio::awaitable<void> Library::sweep_hourly() {
  base::Condition never(executor_);
  for (;;) {
    const auto swept = co_await sweep();
    if (!swept) {
      log_.warning("old pictures were not looked for", {{"reason", swept.error().message}});
    } else if (swept->files > 0) {
      log_.info("old pictures were deleted", {{"files", swept->files}, {"bytes", swept->bytes}});
    }
    co_await never.wait_until(std::chrono::steady_clock::now() + between_sweeps);
  }
}

}  // namespace lmbridge::media
