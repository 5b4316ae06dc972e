#include "api/attachment_budget.hpp"

#include <gmock/gmock.h>

#include <string>

namespace lmbridge::api {
namespace {

using arena::Attachment;
using arena::Message;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

constexpr std::size_t kilobyte = 1024;
constexpr std::size_t megabyte = 1024UL * 1024;

Attachment data(const std::string& type, std::size_t base64) {
  return {.name = "a",
          .content_type = type,
          .url = "data:" + type + ";base64," + std::string(base64, 'A')};
}

const Attachment link{.name = "l", .content_type = "image/png", .url = "https://x.example.org/"};

/// What the pictures among `attachments` may have, in order; all of those that are not named stay.
Result<std::vector<std::size_t>> limits(std::vector<Attachment> attachments,
                                        settings::Settings settings = {}) {
  settings.site.max_attachments_mb = 1;
  std::vector<Message> messages{{.attachments = std::move(attachments)}};
  const auto oversized = choose_oversized(data_attachments(messages), settings);
  if (!oversized) return std::unexpected(oversized.error());
  std::vector<std::size_t> result(messages[0].attachments.size());
  for (const auto& [picture, limit] : *oversized) {
    result[static_cast<std::size_t>(picture - messages[0].attachments.data())] = limit;
  }
  return result;
}

TEST(DataAttachments, AreFoundInAllMessagesInOrder) {
  std::vector<Message> messages{{.attachments = {data("image/png", 4), link}},
                                {.role = arena::Role::assistant, .attachments = {data("a/b", 8)}}};
  const auto found = data_attachments(messages);
  ASSERT_THAT(found, ElementsAre(&messages[0].attachments[0], &messages[1].attachments[0]));
  EXPECT_EQ(base64_size(*found[0]), 4U);
  EXPECT_EQ(base64_size(*found[1]), 8U);
}

TEST(AttachmentBudget, LeavesAloneWhatFits) {
  EXPECT_THAT(*limits({}), testing::IsEmpty());
  EXPECT_THAT(*limits({data("image/png", megabyte), link}), ElementsAre(0, 0));
  EXPECT_THAT(*limits({data("image/png", megabyte / 2), data("application/pdf", megabyte / 2)}),
              ElementsAre(0, 0));
}

TEST(AttachmentBudget, GivesAllOfItToTheOnlyPicture) {
  EXPECT_THAT(*limits({data("image/png", megabyte + 4)}), ElementsAre(megabyte));
}

TEST(AttachmentBudget, MakesOnlyThoseSmallerThatAreTooLargeForTheirShare) {
  // 1024 KB for three: the small one takes 100 and leaves 462 to each of the others.
  EXPECT_THAT(*limits({data("image/png", 2 * megabyte), data("image/jpeg", 100 * kilobyte),
                       data("image/webp", megabyte)}),
              ElementsAre(462 * kilobyte, 0, 462 * kilobyte));
  // The one in the middle fits beside a large one.
  EXPECT_THAT(*limits({data("image/png", 2 * megabyte), data("image/gif", 400 * kilobyte)}),
              ElementsAre(624 * kilobyte, 0));
}

TEST(AttachmentBudget, LeavesRoomForWhatCantBeMadeSmaller) {
  EXPECT_THAT(*limits({data("application/pdf", 600 * kilobyte), data("image/png", megabyte)}),
              ElementsAre(0, 424 * kilobyte));
  EXPECT_THAT(*limits({data("image/svg+xml", 600 * kilobyte), data("image/png", megabyte)}),
              ElementsAre(0, 424 * kilobyte));
}

TEST(AttachmentBudget, IsExceededByWhatCantBeMadeSmaller) {
  for (const auto* type : {"application/pdf", "video/mp4", "image/svg+xml"}) {
    const auto error = limits({data(type, megabyte + 4), data("image/png", 4)}).error();
    EXPECT_EQ(error.code, ErrorCode::attachment_too_large);
    EXPECT_THAT(error.message,
                AllOf(HasSubstr("have 1048584 bytes"), HasSubstr("at most 1048576"),
                      HasSubstr("only PNG, JPEG, WebP and GIF can be made smaller"),
                      HasSubstr("file_bed_enabled"), Not(HasSubstr("shrink_oversized"))));
  }
}

TEST(AttachmentBudget, IsExceededByPicturesWhereNothingIsToBeMadeSmaller) {
  settings::Settings settings;
  settings.shrink_oversized = false;
  const auto error = limits({data("image/png", megabyte + 4)}, settings).error();
  EXPECT_EQ(error.code, ErrorCode::attachment_too_large);
  EXPECT_THAT(error.message,
              AllOf(HasSubstr("file_bed_enabled"), HasSubstr("media.shrink_oversized")));
  EXPECT_THAT(*limits({data("image/png", megabyte)}, settings), ElementsAre(0));
}

}  // namespace
}  // namespace lmbridge::api
