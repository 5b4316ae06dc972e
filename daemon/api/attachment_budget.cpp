#include "api/attachment_budget.hpp"

#include "base/link.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string>
#include <string_view>

namespace lmbridge::api {
namespace {

constexpr std::size_t megabyte = 1024UL * 1024;

bool can_shrink(const arena::Attachment& attachment) {
  constexpr auto types =
      std::to_array<std::string_view>({"image/png", "image/jpeg", "image/webp", "image/gif"});
  return std::ranges::find(types, attachment.content_type) != types.end();
}

/// The size to which the larger of `sizes` must come down so that all have at most `room`.
std::size_t fair_share(std::vector<std::size_t> sizes, std::size_t room) {
  std::ranges::sort(sizes);
  for (std::size_t i = 0; i < sizes.size(); ++i) {
    const auto share = room / (sizes.size() - i);
    if (sizes[i] > share) return share;
    // What it does not need is for the others.
    room -= sizes[i];
  }
  return sizes.empty() ? 0 : sizes.back();
}

}  // namespace

std::vector<arena::Attachment*> data_attachments(std::span<arena::Message> messages) {
  std::vector<arena::Attachment*> found;
  for (auto& message : messages) {
    for (auto& attachment : message.attachments) {
      if (base::split_data_link(attachment.url)) found.push_back(&attachment);
    }
  }
  return found;
}

std::size_t base64_size(const arena::Attachment& attachment) {
  return base::split_data_link(attachment.url)->base64.size();
}

std::unexpected<Error> too_large(std::size_t bytes, const settings::Settings& settings,
                                 std::string_view why) {
  const auto limit = settings.site.max_attachments_mb;
  auto message = fmt::format(
      "the attachments have {} bytes of base64 together; at most {} are allowed "
      "(site.max_attachments_mb is {})",
      bytes, limit * megabyte, limit);
  if (!why.empty()) message += fmt::format(", and {}", why);
  message +=
      ": send smaller or fewer ones, or https: links, or have the bridge upload them "
      "(file_bed_enabled)";
  if (!settings.shrink_oversized) {
    message += " or make pictures smaller (media.shrink_oversized)";
  }
  return fail(ErrorCode::attachment_too_large, std::move(message));
}

Result<std::vector<Oversized>> choose_oversized(std::span<arena::Attachment* const> attachments,
                                                const settings::Settings& settings) {
  const auto limit = settings.site.max_attachments_mb * megabyte;
  std::size_t total = 0;
  std::vector<std::size_t> sizes;
  for (const auto* attachment : attachments) {
    total += base64_size(*attachment);
    if (can_shrink(*attachment)) sizes.push_back(base64_size(*attachment));
  }
  if (total <= limit) return {};
  if (!settings.shrink_oversized) return too_large(total, settings);
  std::size_t fixed = total;
  for (const auto size : sizes) fixed -= size;
  if (fixed >= limit || sizes.empty()) {
    return too_large(total, settings, "only PNG, JPEG, WebP and GIF can be made smaller");
  }
  const auto share = fair_share(sizes, limit - fixed);
  std::vector<Oversized> oversized;
  for (auto* attachment : attachments) {
    if (can_shrink(*attachment) && base64_size(*attachment) > share) {
      oversized.push_back({.picture = attachment, .limit = share});
    }
  }
  return oversized;
}

}  // namespace lmbridge::api
