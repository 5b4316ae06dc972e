#include "api/file_bed_upload.hpp"
#include "http/multipart.hpp"
#include "media/upload.hpp"

#include <charconv>
#include <optional>
#include <utility>
#include <vector>

namespace lmbridge::api {
namespace asio = boost::asio;
using asio::awaitable;

namespace {

/// Read from the client at once.
constexpr std::size_t read_size = 32UL * 1024;
/// Written to the disk once as much has gathered.
constexpr std::size_t piece_size = 128UL * 1024;
constexpr std::size_t longest_key = 1024;

/// What of a form matters: the key, and the first file.
class UploadForm final : public http::MultipartSink {
 public:
  UploadForm(media::UploadStore& store, const UploadAccess& access)
      : store_(store), access_(access) {}

  Result<void> begin_part(http::PartHead head) override {
    part_ = Part::other;
    // Where no file was chosen browsers send an empty name.
    if (!head.filename.value_or("").empty() && !upload_) {
      // Nothing of a stranger's file goes to the disk.
      if (auto checked = access_.check(key_); !checked) return checked;
      part_ = Part::file;
      upload_.emplace(store_, *head.filename);
    } else if (head.name == "api_key" && key_.empty()) {
      part_ = Part::key;
    }
    return {};
  }

  Result<void> part_content(std::string_view bytes) override {
    if (part_ == Part::file) gathered_ += bytes;
    if (part_ != Part::key) return {};
    key_ += bytes;
    if (key_.size() <= longest_key) return {};
    return fail(ErrorCode::invalid_request, "the field api_key is far too long");
  }

  Result<void> end_part() override { return {}; }

  /// Writes what has gathered, if that is enough to be worth it or `all` is wanted.
  awaitable<Result<void>> write(bool all) {
    if (gathered_.empty() || (!all && gathered_.size() < piece_size)) co_return Result<void>();
    co_return co_await upload_->write(std::exchange(gathered_, {}));
  }

  awaitable<Result<std::string>> finish() {
    // A form without a file must not tell whether the key would have done.
    if (auto checked = access_.check(key_); !checked) co_return std::unexpected(checked.error());
    if (!upload_) {
      co_return fail(ErrorCode::invalid_request,
                     "the form has no file in it: one of its parts must have a filename, e.g. "
                     "curl -F file=@picture.png");
    }
    if (auto written = co_await write(true); !written) co_return std::unexpected(written.error());
    co_return co_await upload_->finish();
  }

 private:
  enum class Part { other, key, file };

  media::UploadStore& store_;
  const UploadAccess& access_;
  Part part_ = Part::other;
  std::string key_;
  std::optional<media::Upload> upload_;
  std::string gathered_;
};

/// What the client says how much will come; 0 where it does not say.
std::uint64_t declared_size(const http::Request& request) {
  const auto text = request.headers.get("content-length").value_or("");
  std::uint64_t size = 0;
  std::from_chars(text.data(), text.data() + text.size(), size);
  return size;
}

/// Refuses early what can't fit, before the client sends all of it.
Result<void> admit(const http::Request& request, const media::UploadStore& store) {
  const auto overhead = upload_body_limit(request, 0);
  const auto declared = declared_size(request);
  return declared > overhead ? store.admit(declared - overhead) : Result<void>();
}

}  // namespace

awaitable<Result<std::string>> take_form(http::Exchange& exchange, FileBedParts& parts) {
  const auto& request = exchange.request();
  const auto boundary = http::multipart_boundary(request.headers.get("content-type").value_or(""));
  if (!boundary) co_return std::unexpected(boundary.error());
  const UploadAccess access(request, parts.options.api_key);
  if (access.is_granted()) {
    if (auto fits = admit(request, parts.store); !fits) co_return std::unexpected(fits.error());
  }
  UploadForm form(parts.store, access);
  http::MultipartReader reader(*boundary, form);
  std::vector<char> buffer(read_size);
  for (;;) {
    const auto size = co_await exchange.read_body(buffer);
    if (!size) co_return std::unexpected(size.error());
    if (*size == 0) break;
    auto done = reader.feed({buffer.data(), *size});
    if (done) done = co_await form.write(false);
    if (!done) co_return std::unexpected(done.error());
  }
  if (auto whole = reader.finish(); !whole) co_return std::unexpected(whole.error());
  co_return co_await form.finish();
}

}  // namespace lmbridge::api
