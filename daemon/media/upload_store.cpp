#include "media/upload_store.hpp"

#include "base/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <stop_token>
#include <system_error>
#include <utility>

namespace lmbridge::media {
namespace asio = boost::asio;
using asio::awaitable;

namespace {

constexpr std::uint64_t megabyte = 1024UL * 1024;
/// For what has no content in memory.
constexpr std::size_t no_bytes = 0;
/// Of two looks for old files: the clock on the wall may jump, and a moment is enough to rest in.
constexpr std::chrono::milliseconds shortest_pause{10};
constexpr std::chrono::milliseconds longest_pause{60'000};

}  // namespace

UploadStore::UploadStore(const asio::any_io_executor& executor, const base::Clock& clock,
                         base::IdSource& ids, base::Log& log, UploadStoreOptions options)
    : executor_(executor),
      clock_(clock),
      ids_(ids),
      log_(log),
      options_(std::move(options)),
      added_(executor),
      workers_(executor, {.threads = 2, .waiting = 2000}),
      tasks_(executor, log) {}

awaitable<Result<void>> UploadStore::start() {
  auto found = co_await workers_.run<std::vector<FoundUpload>>(
      no_bytes,
      [root = options_.root](const std::stop_token&) { return open_upload_folder(root); });
  if (!found) co_return std::unexpected(std::move(found.error()));
  for (const auto& upload : *found) {
    add(upload.name, {.bytes = upload.bytes, .stored = upload.stored});
    total_bytes_ += upload.bytes;
  }
  tasks_.spawn("old uploads", [this] { return keep_swept(); });
  co_return Result<void>();
}

awaitable<void> UploadStore::stop() {
  co_await tasks_.stop(std::chrono::seconds(0));
}

Result<void> UploadStore::admit(std::uint64_t file_bytes, std::uint64_t present) const {
  if (file_bytes > options_.largest_file_bytes) {
    return fail(ErrorCode::payload_too_large,
                fmt::format("the file is larger than {} MB (file_bed_server.max_file_mb)",
                            options_.largest_file_bytes / megabyte));
  }
  if (total_bytes_ - present + file_bytes > options_.largest_total_bytes) {
    return fail(ErrorCode::storage_full,
                fmt::format("there is no room for this file: {} MB of {} MB "
                            "(file_bed_server.max_total_mb) are in use; try again once older files "
                            "have been deleted",
                            total_bytes_ / megabyte, options_.largest_total_bytes / megabyte));
  }
  return {};
}

awaitable<Result<StoredUpload::Handle>> UploadStore::open(std::string name) {
  const auto found = files_.find(name);
  if (found == files_.end() || is_too_old(found->second)) {
    co_return fail(ErrorCode::not_found,
                   fmt::format("there is no file {}; files are deleted after some minutes "
                               "(file_bed_server.max_age_minutes)",
                               base::quoted(base::excerpt(name, 100))));
  }
  co_return co_await workers_.run<StoredUpload::Handle>(
      no_bytes,
      [file = options_.root / name](const std::stop_token&) { return StoredUpload::open(file); });
}

awaitable<Result<std::string>> UploadStore::read(StoredUpload::Handle upload, std::uint64_t offset,
                                                 std::size_t length) {
  co_return co_await workers_.run<std::string>(
      length, [upload = std::move(upload), offset, length](const std::stop_token&) {
        return upload->read(offset, length);
      });
}

awaitable<void> UploadStore::sweep() {
  while (!order_.empty() && is_too_old(files_.at(order_.front()))) {
    const auto name = std::move(order_.front());
    order_.pop_front();
    const auto bytes = files_.extract(name).mapped().bytes;
    auto removed = co_await work(no_bytes, [file = options_.root / name]() -> Result<void> {
      std::error_code failure;
      std::filesystem::remove(file, failure);
      if (failure) return fail(ErrorCode::internal, failure.message());
      return {};
    });
    total_bytes_ -= bytes;
    if (!removed) {
      log_.warning("an old upload could not be deleted",
                   {{"file", name}, {"reason", removed.error().message}});
    }
  }
}

awaitable<void> UploadStore::keep_swept() {
  for (;;) {
    co_await sweep();
    auto pause = longest_pause;
    if (!order_.empty()) {
      const auto end = files_.at(order_.front()).stored + options_.largest_age;
      pause = std::chrono::ceil<std::chrono::milliseconds>(end - clock_.wall_now());
    }
    co_await added_.wait_until(std::chrono::steady_clock::now() +
                               std::clamp(pause, shortest_pause, longest_pause));
  }
}

awaitable<Result<void>> UploadStore::work(std::size_t bytes,
                                          std::move_only_function<Result<void>()> what) {
  co_return co_await workers_.run<void>(
      bytes, [what = std::move(what)](const std::stop_token&) mutable { return what(); });
}

void UploadStore::add(const std::string& name, File file) {
  files_.emplace(name, file);
  order_.push_back(name);
  added_.notify();
}

/// Deleting a large file takes its time, which is no time of the I/O thread's.
void UploadStore::discard(std::shared_ptr<void> unfinished, std::uint64_t bytes) {
  const auto forget = [this, bytes] { total_bytes_ -= bytes; };
  // The task's function lives as long as the task, and must not be the last one who lets go.
  const auto handed_on = std::make_shared<std::shared_ptr<void>>(std::move(unfinished));
  const bool is_running =
      tasks_.spawn("unfinished upload", [this, handed_on, forget]() -> awaitable<void> {
        // However it ends: what is not done by a thread is done when the line is cleared.
        const std::shared_ptr<void> at_the_end(nullptr, [forget](void*) { forget(); });
        co_await work(no_bytes, [file = std::move(*handed_on)]() mutable -> Result<void> {
          file.reset();
          return {};
        });
      });
  if (!is_running) forget();
}

bool UploadStore::is_too_old(const File& file) const {
  return clock_.wall_now() - file.stored >= options_.largest_age;
}

}  // namespace lmbridge::media
