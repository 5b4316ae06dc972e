#include "api/attachments.hpp"

#include "api/attachment_budget.hpp"
#include "arena/attachment.hpp"
#include "base/link.hpp"
#include "base/task_group.hpp"
#include "base/text.hpp"

#include <boost/asio/this_coro.hpp>
#include <fmt/format.h>

#include <functional>
#include <string>
#include <utility>

namespace lmbridge::api {
namespace asio = boost::asio;
using asio::awaitable;

namespace {

using Job = std::function<awaitable<Result<void>>()>;

/// Runs all jobs beside each other; the first that fails ends the others.
awaitable<Result<void>> run_all(std::vector<Job> jobs, base::Log& log) {
  base::TaskGroup tasks(co_await asio::this_coro::executor, log);
  Result<void> outcome;
  const auto run = [&](const Job& job) -> awaitable<void> {
    auto done = co_await job();
    if (done || !outcome) co_return;
    outcome = std::move(done);
    tasks.cancel();
  };
  for (const auto& job : jobs) tasks.spawn("attachment", [&run, &job] { return run(job); });
  co_await tasks.enclose(tasks.join());
  co_return outcome;
}

awaitable<Result<void>> upload(arena::Attachment& attachment, const Context& context) {
  auto link = co_await context.file_beds.upload(std::move(attachment.url), attachment.name);
  if (!link) co_return std::unexpected(std::move(link.error()));
  attachment.url = *std::move(link);
  co_return Result<void>();
}

bool is_about_the_picture(ErrorCode code) {
  return code == ErrorCode::unsupported_media_type || code == ErrorCode::payload_too_large ||
         code == ErrorCode::invalid_request;
}

/// The picture with at most `limit` bytes of base64, as base64.
awaitable<Result<media::EncodedPicture>> shrunk(std::string base64, std::size_t limit,
                                                const Context& context,
                                                std::string_view request_id) {
  auto& converter = context.pictures.converter();
  auto bytes = co_await converter.decode(std::move(base64));
  if (!bytes) co_return std::unexpected(std::move(bytes.error()));
  auto picture = co_await converter.shrink(*std::move(bytes), limit);
  if (!picture) co_return std::unexpected(std::move(picture.error()));
  context.log.info("a picture was made smaller, because it is too large for the site",
                   {{"id", request_id}, {"what", picture->what}});
  co_return co_await converter.encode(std::move(picture->picture.bytes),
                                      {.format = media::Format::original});
}

awaitable<Result<void>> shrink(Oversized oversized, std::size_t total, const Context& context,
                               std::string_view request_id) {
  auto& attachment = *oversized.picture;
  const auto data = base::split_data_link(attachment.url);
  auto picture = co_await shrunk(std::string(data->base64), oversized.limit, context, request_id);
  if (!picture) {
    const auto& error = picture.error();
    if (!is_about_the_picture(error.code)) co_return std::unexpected(error);
    co_return too_large(
        total, context.settings,
        fmt::format("{} can't be made smaller ({})",
                    base::quoted(base::excerpt(attachment.name, 100)), error.message));
  }
  attachment =
      arena::make_attachment(fmt::format("data:{};base64,{}", picture->media_type, picture->base64),
                             attachment.name, true, context.ids);
  co_return Result<void>();
}

}  // namespace

awaitable<Result<void>> settle_attachments(std::vector<arena::Message>& messages,
                                           const Context& context, std::string_view request_id) {
  const auto attachments = data_attachments(messages);
  const auto& file_beds = context.settings.file_beds;
  std::vector<Job> jobs;
  if (file_beds.enabled && !file_beds.beds.empty()) {
    for (auto* attachment : attachments) {
      jobs.emplace_back([attachment, &context] { return upload(*attachment, context); });
    }
  } else {
    const auto oversized = choose_oversized(attachments, context.settings);
    if (!oversized) co_return std::unexpected(oversized.error());
    std::size_t total = 0;
    for (const auto* attachment : attachments) total += base64_size(*attachment);
    for (const auto& each : *oversized) {
      jobs.emplace_back(
          [each, total, &context, request_id] { return shrink(each, total, context, request_id); });
    }
  }
  if (jobs.empty()) co_return Result<void>();
  co_return co_await run_all(std::move(jobs), context.log);
}

}  // namespace lmbridge::api
