#include "media/upload.hpp"

#include "base/new_file.hpp"
#include "base/task_group.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <optional>
#include <system_error>
#include <utility>

namespace lmbridge::media {
namespace asio = boost::asio;
using asio::awaitable;

namespace {

std::unexpected<Error> not_written(const std::filesystem::path& folder) {
  const auto reason = std::generic_category().message(errno);
  if (errno == ENOSPC || errno == EDQUOT) {
    return fail(ErrorCode::storage_full,
                fmt::format("the daemon's disk has no room for this file: {}", reason));
  }
  return fail(ErrorCode::internal,
              fmt::format("an upload could not be written to {}: {}", folder.string(), reason));
}

}  // namespace

/// Used by one thread after the other.
struct Upload::Unfinished {
  std::filesystem::path target;
  std::optional<base::NewFile> file;

  Result<void> write(std::string_view bytes) {
    if (!file) file.emplace(target);
    if (file->is_open() && file->write_all(bytes)) return {};
    return not_written(target.parent_path());
  }

  Result<void> put() {
    if (auto opened = write(""); !opened) return opened;
    if (file->take_place()) return {};
    return not_written(target.parent_path());
  }
};

Upload::Upload(UploadStore& store, std::string_view filename)
    : store_(store), filename_(filename), file_(std::make_shared<Unfinished>()) {}

Upload::~Upload() {
  if (file_) store_.discard(std::move(file_), size_);
}

awaitable<Result<void>> Upload::write(std::string bytes) {
  if (name_.empty()) choose_name(bytes);
  const auto held = bytes.size();
  // The quota knows what this file has already.
  if (auto admitted = store_.admit(size_ + held, size_); !admitted) co_return admitted;
  size_ += held;
  store_.total_bytes_ += held;
  co_return co_await store_.work(
      held, [file = file_, bytes = std::move(bytes)] { return file->write(bytes); });
}

awaitable<Result<std::string>> Upload::finish() {
  if (name_.empty()) choose_name({});
  Result<void> done;
  // Either both or neither: a file that nobody knows of would stay.
  co_await base::uncancelled([](Upload& self, Result<void>& outcome) -> awaitable<void> {
    outcome = co_await self.put();
  }(*this, done));
  if (!done) co_return std::unexpected(std::move(done.error()));
  co_return name_;
}

awaitable<Result<void>> Upload::put() {
  auto done = co_await store_.work(0, [file = file_] { return file->put(); });
  if (!done) co_return done;
  store_.add(name_, {.bytes = size_, .stored = store_.clock_.wall_now()});
  file_.reset();
  co_return done;
}

void Upload::choose_name(std::string_view first_bytes) {
  name_ = make_upload_name(store_.ids_.token(), filename_, first_bytes);
  file_->target = store_.options_.root / name_;
}

}  // namespace lmbridge::media
