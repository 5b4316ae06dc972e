// A hundred thousand random edits of a commented configuration, each read back.

#include "settings/edit.hpp"
#include "settings/load.hpp"

#include <gtest/gtest.h>

#include <array>
#include <random>
#include <string>
#include <vector>

namespace lmbridge::settings {
namespace {

constexpr std::string_view commented = R"(// head 头 "quoted" { [
{
  // about the session // twice
  "session_id": "YOUR_SESSION_ID", // behind it, with a comma
  /* about the
     message */ "message_id": /* in front */ "YOUR_MESSAGE_ID" /* behind */ , // and the comma
  "id_updater_last_mode": "direct_chat",
  "bypass_settings": { "text": true /* yes */, }, // https://example.org/*not*/a
  "site": { // the site
    "origin": "https://lmarena.ai" // no comma
    // nothing more
  },
  "server": {
    /* nothing yet */
  },
  "logging": {},
  // last words
} // tail 尾)";

/// All comments, one after the other, found without the parser under test.
std::string comments_of(std::string_view text) {
  std::string comments;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '"') {
      for (++i; i < text.size() && text[i] != '"'; ++i) i += text[i] == '\\' ? 1 : 0;
    } else if (text.substr(i).starts_with("//")) {
      const auto end = std::min(text.find_first_of("\r\n", i), text.size());
      comments += text.substr(i, end - i);
      comments += '\n';
      i = end;
    } else if (text.substr(i).starts_with("/*")) {
      const auto end = text.find("*/", i + 2) + 2;
      comments += text.substr(i, end - i);
      comments += '\n';
      i = end - 1;
    }
  }
  return comments;
}

std::string with_windows_line_ends(std::string_view text) {
  std::string converted = "\xef\xbb\xbf";
  for (const auto c : text) {
    if (c == '\n') converted += '\r';
    converted += c;
  }
  return converted;
}

class RandomEdits : public testing::TestWithParam<unsigned> {
 protected:
  std::size_t below(std::size_t limit) {
    return std::uniform_int_distribution<std::size_t>(0, limit - 1)(random_);
  }

  std::string uuid() {
    std::string id = "00000000-952d-4a5a-86ab-61e407667a75";
    for (std::size_t i = 0; i < 8; ++i) id[i] = "0123456789abcdef"[below(16)];
    return id;
  }

  Edit random_edit() {
    switch (below(8)) {
      case 0:
        return {{"session_id"}, uuid().c_str()};
      case 1:
        return {{"message_id"}, uuid().c_str()};
      case 2:
        return {{"id_updater_last_mode"}, below(2) == 0 ? "battle" : "direct_chat"};
      case 3:
        return {{"id_updater_battle_target"}, below(2) == 0 ? "A" : "B"};
      case 4:
        return {{"bypass_settings", "search"}, below(2) == 0};
      case 5:
        return {{"site", "max_attachments"}, 1 + below(100)};
      case 6:
        return {{"server", "drain_seconds"}, below(1000)};
      default:
        return {{"debug_stream_timing"}, below(2) == 0};
    }
  }

  std::mt19937 random_{GetParam()};
};

/// What the settings say where `edit` changed something.
bool says(const Settings& settings, const Edit& edit) {
  const auto& key = std::get<std::string>(edit.path.back());
  const auto& value = edit.value;
  const auto& endpoint = settings.default_endpoint;
  if (key == "session_id") return value == endpoint.session_id.c_str();
  if (key == "message_id") return value == endpoint.message_id.c_str();
  if (key == "id_updater_last_mode")
    return (value == "battle") == (endpoint.mode == arena::Mode::battle);
  if (key == "id_updater_battle_target") return (value == "B") == (endpoint.battle_target == 'b');
  if (key == "max_attachments") return value == settings.site.max_attachments;
  if (key == "drain_seconds") {
    return std::chrono::seconds(value.to_number<int>()) == settings.server.drain;
  }
  if (key == "debug_stream_timing") return value == settings.debug.stream_timing;
  return key == "search";  // without bypass_enabled it changes nothing
}

TEST_P(RandomEdits, LeaveEveryCommentAndGiveTheValues) {
  constexpr int edits = 10'000;
  auto text = GetParam() % 2 == 0 ? std::string(commented) : with_windows_line_ends(commented);
  const auto comments = comments_of(text);
  const auto lone_line_feeds = [](std::string_view part) {
    std::size_t count = 0;
    for (std::size_t i = 0; i < part.size(); ++i)
      count += part[i] == '\n' && (i == 0 || part[i - 1] != '\r') ? 1 : 0;
    return count;
  };
  for (int i = 0; i < edits; ++i) {
    const auto wanted = random_edit();
    auto after = edit(text, std::span(&wanted, 1));
    ASSERT_TRUE(after) << after.error().message << '\n' << text;
    text = *std::move(after);
    const auto loaded = parse(text);
    ASSERT_TRUE(loaded.errors.empty()) << loaded.errors.front() << '\n' << text;
    ASSERT_TRUE(says(loaded.settings, wanted)) << text;
  }
  EXPECT_EQ(comments_of(text), comments) << text;
  if (GetParam() % 2 == 1) {
    EXPECT_EQ(lone_line_feeds(text), 0U) << text;
  }
}

INSTANTIATE_TEST_SUITE_P(Seeds, RandomEdits, testing::Range(1U, 11U));

}  // namespace
}  // namespace lmbridge::settings
