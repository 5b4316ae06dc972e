#include "media/file_beds.hpp"

#include "base/base64.hpp"
#include "base/link.hpp"
#include "base/sha256.hpp"
#include "base/text.hpp"
#include "media/file_bed_transfer.hpp"
#include "media/host_list.hpp"
#include "media/target.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <stop_token>
#include <utility>

namespace lmbridge::media {
namespace asio = boost::asio;
using asio::awaitable;
using settings::FileBed;
using Clock = std::chrono::steady_clock;

namespace {

constexpr std::size_t megabyte = 1024UL * 1024;
/// What is larger is decoded, hashed and encoded on a thread, because it takes milliseconds.
constexpr std::size_t large = 256UL * 1024;
/// As long as a request may reasonably wait for its attachments, whatever number of beds fail.
constexpr std::chrono::minutes longest_upload{3};
constexpr std::chrono::minutes between_sweeps{1};
constexpr CacheLimits link_limits{
    .entries = 500, .bytes = 4 * megabyte, .time_to_live = std::chrono::minutes(5)};
constexpr WorkerPool::Limits pool_limits{.threads = 1, .waiting = 1000, .bytes = 512 * megabyte};

}  // namespace

struct FileBeds::Prepared {
  UploadFile file;
  std::string key;
};

FileBeds::FileBeds(const asio::any_io_executor& executor, const settings::LiveSettings& settings,
                   const base::Clock& clock, base::Log& log, FileBedRota::Random random)
    : settings_(settings),
      clock_(clock),
      log_(log),
      random_(std::move(random)),
      proxies_([](const char* name) { return std::getenv(name); }),
      fleet_(std::make_shared<Fleet>(settings.current()->file_beds, clock, random_)),
      multi_(executor, ConnectionLimits{}),
      pool_(executor, pool_limits),
      uploaded_(executor, link_limits, clock, log),
      tasks_(executor, log) {}

void FileBeds::start() {
  tasks_.spawn("links of uploaded files", [this] { return uploaded_.keep_swept(between_sweeps); });
}

awaitable<void> FileBeds::stop() {
  co_await tasks_.stop(std::chrono::seconds(0));
  co_await uploaded_.stop();
}

/// With other beds everything begins anew: a key may have been mended, and what an operator does
/// not want any more shall not be handed out from memory.
void FileBeds::take_up_settings() {
  const auto& current = settings_.current()->file_beds;
  if (current == fleet_->settings) return;
  fleet_ = std::make_shared<Fleet>(current, clock_, random_);
  uploaded_.cache().clear();
}

awaitable<Result<std::string>> FileBeds::upload(std::string data_link, std::string name) {
  take_up_settings();
  auto prepared = co_await prepare(std::move(data_link), std::move(name));
  if (!prepared) co_return std::unexpected(std::move(prepared.error()));
  auto uploaded = co_await uploaded_.get(prepared->key,
                                         [this, file = prepared->file] { return try_all(file); });
  if (!uploaded) co_return std::unexpected(std::move(uploaded.error()));
  co_return (*uploaded)->link;
}

awaitable<Result<FileBeds::Prepared>> FileBeds::prepare(std::string data_link, std::string name) {
  const auto size = data_link.size();
  auto work = [link = std::move(data_link),
               file_name = std::move(name)](const std::stop_token&) mutable -> Result<Prepared> {
    const auto data = base::split_data_link(link);
    if (!data) return fail(ErrorCode::internal, "only data: links can be uploaded");
    auto bytes = std::make_shared<const std::string>(base::base64_decoded(data->base64));
    auto key = base::hexadecimal(base::sha256(*bytes));
    return Prepared{.file = {.name = std::move(file_name),
                             .content_type = std::string(data->media_type),
                             .bytes = std::move(bytes)},
                    .key = std::move(key)};
  };
  if (size <= large) co_return work({});
  co_return co_await pool_.run<Prepared>(2 * size, std::move(work));
}

awaitable<Result<FileBeds::Uploaded>> FileBeds::try_all(UploadFile file) {
  // A reload meanwhile does not touch this upload.
  const auto fleet = fleet_;
  const auto deadline = Clock::now() + longest_upload;
  std::string reasons;
  for (const auto index : fleet->rota.next()) {
    const auto& bed = fleet->settings.beds[index];
    auto link = co_await try_one(bed, file, deadline);
    if (link) {
      fleet->rota.note_success(index);
      report(bed, file, *link);
      co_return Uploaded{.link = *std::move(link)};
    }
    auto& [error, is_about_the_file] = link.error();
    if (error.code != ErrorCode::upload_failed) co_return std::unexpected(std::move(error));
    if (!is_about_the_file) fleet->rota.note_failure(index);
    log_.warning("a file bed failed",
                 {{"bed", bed.name},
                  {"reason", error.message},
                  {"rests_s", is_about_the_file ? 0 : FileBedRota::rest.count()}});
    reasons += fmt::format("{}{} {}", reasons.empty() ? "" : "; ", bed.name, error.message);
  }
  if (reasons.empty()) reasons = "none is enabled any more";
  co_return fail(ErrorCode::upload_failed,
                 fmt::format("no file bed took the attachment {}: {}",
                             base::quoted(base::excerpt(file.name, 100)), reasons));
}

awaitable<std::expected<std::string, FileBeds::Setback>> FileBeds::try_one(
    const FileBed& bed, UploadFile file, CurlMulti::TimePoint deadline) {
  const auto give_up = [](Error error, bool is_about_the_file = false) {
    return std::unexpected(
        Setback{.error = std::move(error), .is_about_the_file = is_about_the_file});
  };
  const auto target = Target::parse(bed.url);
  if (!target) {
    co_return give_up(
        {.code = ErrorCode::upload_failed, .message = "has an address that can't be used"});
  }
  const auto request = co_await request_for(bed, std::move(file));
  if (!request) co_return give_up(request.error());
  const auto current = settings_.current();
  const auto& downloads = current->pictures.downloads;
  const TransferOptions options{
      .proxy = std::string(proxies_.of(target->is_https(), target->host())),
      .verify_tls = !HostList(downloads.tls_insecure_hosts).contains(target->host()),
      .ca_file = downloads.ca_file,
      .connect_timeout = downloads.connect_timeout,
      .silence_timeout = downloads.silence_timeout,
      .deadline = std::min(deadline, Clock::now() + downloads.total_timeout),
      .keepalive = std::chrono::ceil<std::chrono::seconds>(downloads.keepalive)};
  const auto reply = co_await transfer(multi_, *request, options);
  if (!reply) co_return give_up(reply.error());
  auto link = read_link(bed, *reply);
  if (!link) co_return give_up(std::move(link.error()), is_about_the_file(*reply));
  co_return *std::move(link);
}

awaitable<Result<FileBedRequest>> FileBeds::request_for(FileBed bed, UploadFile file) {
  const auto size = file.bytes->size();
  if (bed.protocol == settings::FileBedProtocol::form || size <= large) {
    co_return build_request(bed, file);
  }
  co_return co_await pool_.run<FileBedRequest>(
      2 * size,
      [bed = std::move(bed), file = std::move(file)](
          const std::stop_token&) -> Result<FileBedRequest> { return build_request(bed, file); });
}

void FileBeds::report(const FileBed& bed, const UploadFile& file, const std::string& link) {
  const auto& debug = settings_.current()->debug;
  const auto length = debug.full_urls ? link.size() : debug.url_length;
  log_.info("an attachment was uploaded",
            {{"bed", bed.name},
             {"bytes", file.bytes->size()},
             {"url", base::printable(base::excerpt(without_secrets(bed, link), length))}});
}

}  // namespace lmbridge::media
