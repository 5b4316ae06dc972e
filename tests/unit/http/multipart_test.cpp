#include "http/multipart.hpp"

#include "base/text.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

namespace lmbridge::http {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::SizeIs;

/// What is handed out, a text for each part; pieces of content are joined.
class RecordingSink final : public MultipartSink {
 public:
  Result<void> begin_part(PartHead head) override {
    parts.push_back(head.name + "|" + head.filename.value_or("-") + "|" + head.content_type + "|");
    return {};
  }
  Result<void> part_content(std::string_view bytes) override {
    EXPECT_FALSE(bytes.empty());
    parts.back() += bytes;
    return {};
  }
  Result<void> end_part() override {
    parts.back() += "|end";
    return {};
  }

  std::vector<std::string> parts;
};

struct Outcome {
  std::vector<std::string> parts;
  std::string error;

  bool operator==(const Outcome&) const = default;
};

void PrintTo(const Outcome& outcome, std::ostream* out) {
  for (const auto& part : outcome.parts) *out << base::quoted(part) << '\n';
  *out << outcome.error;
}

/// Reads `slices` one after the other.
Outcome read(const std::vector<std::string_view>& slices, MultipartLimits limits = {}) {
  RecordingSink sink;
  MultipartReader reader("xyz", sink, limits);
  Result<void> done;
  for (const auto slice : slices) {
    if (done) done = reader.feed(slice);
  }
  if (done) done = reader.finish();
  if (!done) EXPECT_EQ(done.error().code, ErrorCode::invalid_request);
  return {.parts = std::move(sink.parts), .error = done ? "" : done.error().message};
}

/// A part with the delimiter in front of it.
std::string part(const std::string& name, const std::string& content) {
  return "\r\n--xyz\r\nContent-Disposition: form-data; name=\"" + name + "\"\r\n\r\n" + content;
}

constexpr const char* closing = "\r\n--xyz--\r\n";

/// What looks like a delimiter and is none.
constexpr const char* near_delimiters =
    "\r\n--xy\r\n--x\r\n--\r\n-\r\n\r\r\r\n\r\n--xy\r\r\n--xy\n--xyz\r--xyz\r\n --xyz\r\n--xy";

std::string sample() {
  return "to whom it may concern\r\n--xy" + part("near", near_delimiters) + part("empty", "") +
         part("hyphens", "--") +
         "\r\n--xyz \t \r\ncontent-type: image/png\r\n"
         "CONTENT-DISPOSITION: form-data; name=file; filename=\"a.png\"\r\nX-Else: 1\r\n\r\n"
         "\r\nbytes\r\n\r\n" +
         closing + "--xyz\r\nwhat follows is not read";
}

const Outcome sample_outcome{
    .parts = {std::string("near|-||") + near_delimiters + "|end", "empty|-|||end",
              "hyphens|-||--|end", "file|a.png|image/png|\r\nbytes\r\n\r\n|end"},
    .error = ""};

TEST(MultipartReader, ReadsPartsBetweenPreambleAndEpilogue) {
  EXPECT_EQ(read({sample()}), sample_outcome);
}

TEST(MultipartReader, ReadsTheSameHoweverTheBodyIsCutInTwo) {
  const auto body = sample();
  for (std::size_t cut = 0; cut <= body.size(); ++cut) {
    const std::string_view text = body;
    EXPECT_EQ(read({text.substr(0, cut), text.substr(cut)}), sample_outcome) << "cut at " << cut;
  }
}

TEST(MultipartReader, ReadsTheSameHoweverTheBodyIsCutInThree) {
  const auto body = part("near", near_delimiters).substr(2) + closing;
  const Outcome expected{.parts = {sample_outcome.parts[0]}, .error = ""};
  const std::string_view text = body;
  for (std::size_t first = 0; first <= body.size(); ++first) {
    for (std::size_t second = first; second <= body.size(); ++second) {
      ASSERT_EQ(
          read({text.substr(0, first), text.substr(first, second - first), text.substr(second)}),
          expected)
          << "cut at " << first << " and " << second;
    }
  }
}

TEST(MultipartReader, ReadsTheSameInSlicesOfEverySize) {
  const auto body = sample();
  for (std::size_t size = 1; size <= body.size(); ++size) {
    std::vector<std::string_view> slices;
    for (std::size_t at = 0; at < body.size(); at += size) {
      slices.push_back(std::string_view(body).substr(at, size));
    }
    EXPECT_EQ(read(slices), sample_outcome) << "slices of " << size;
  }
}

TEST(MultipartReader, SaysThatTheBodyIsTruncatedWhereverItIsCutOff) {
  const auto body = sample();
  const auto end = body.find("\r\n--xyz--") + 9;
  for (std::size_t size = 0; size < end; ++size) {
    EXPECT_FALSE(read({std::string_view(body).substr(0, size)}).error.empty()) << size << " bytes";
  }
  EXPECT_EQ(read({std::string_view(body).substr(0, end)}), sample_outcome);
  EXPECT_THAT(read({part("a", "text")}).error, HasSubstr("ends before its closing boundary"));
  EXPECT_THAT(read({"no multipart"}).error, HasSubstr("no boundary"));
}

TEST(MultipartReader, TakesAFormWithoutFields) {
  EXPECT_EQ(read({"--xyz--"}), Outcome());
}

TEST(MultipartReader, TakesAPartWhoseDelimiterFollowsItsHeadAtOnce) {
  const std::string body = part("a", "--xyz--");
  EXPECT_THAT(read({body}).parts, ElementsAre("a|-|||end"));
}

struct Refused {
  const char* what;
  std::string body;
  const char* reason;
};

void PrintTo(const Refused& refused, std::ostream* out) {
  *out << refused.what;
}

std::string with_head(const std::string& head) {
  return "--xyz\r\n" + head + "\r\n\r\ncontent" + closing;
}

class RefusedMultipart : public testing::TestWithParam<Refused> {};

TEST_P(RefusedMultipart, IsToldWhatIsWrongHoweverItIsCut) {
  const std::string_view body = GetParam().body;
  EXPECT_THAT(read({body}).error, HasSubstr(GetParam().reason));
  for (std::size_t cut = 0; cut <= std::min<std::size_t>(body.size(), 200); ++cut) {
    EXPECT_EQ(read({body.substr(0, cut), body.substr(cut)}).error, read({body}).error) << cut;
  }
}

INSTANTIATE_TEST_SUITE_P(
    Body, RefusedMultipart,
    testing::Values(
        Refused{"text behind a boundary", "--xyzw\r\n", "not followed by a line's end"},
        Refused{"one hyphen", "--xyz-\r\n", "not followed by a line's end"},
        Refused{"a bare CR", "--xyz\r\r\n", "not followed by a line's end"},
        Refused{"a bare LF", "--xyz\nContent", "not followed by a line's end"},
        Refused{"hyphens behind blanks", "--xyz --\r\n", "not followed by a line's end"},
        Refused{"endless blanks", "--xyz" + std::string(300, ' '), "too many blanks"},
        Refused{"a long preamble", std::string(9000, 'x'), "no boundary in the first 8192 bytes"},
        Refused{"an endless head", "--xyz\r\nX: " + std::string(9000, 'x'), "larger than 8192"},
        Refused{"no head", "--xyz\r\n\r\ncontent" + std::string(closing), "no Content-Disposition"},
        Refused{"no name", with_head("Content-Disposition: form-data; filename=a"), "no name"}));

INSTANTIATE_TEST_SUITE_P(
    Head, RefusedMultipart,
    testing::Values(
        Refused{"no disposition", with_head("Content-Type: image/png"), "no Content-Disposition"},
        Refused{"another disposition", with_head("Content-Disposition: attachment; name=a"),
                "must be form-data"},
        Refused{"two names", with_head("Content-Disposition: form-data; name=a; NAME=b"),
                "\"name\" comes twice"},
        Refused{"two dispositions",
                with_head("Content-Disposition: form-data; name=a\r\nContent-Disposition: "
                          "form-data; name=b"),
                "two Content-Dispositions"},
        Refused{"an open quote", with_head("Content-Disposition: form-data; name=\"a"),
                "a quote does not end"},
        Refused{"text behind a quote", with_head("Content-Disposition: form-data; name=\"a\"b"),
                "between a quote and the next semicolon"},
        Refused{"a folded line",
                with_head("Content-Disposition: form-data; name=a;\r\n filename=b"),
                "not \"name: value\""},
        Refused{"a control character", with_head("Content-Disposition: form-data; name=a\nb"),
                "control characters"},
        Refused{"base64",
                with_head("Content-Disposition: form-data; name=a\r\n"
                          "Content-Transfer-Encoding: base64"),
                "send the bytes as they are"}));

TEST(MultipartReader, RefusesMorePartsThanAllowed) {
  const auto body = part("a", "1") + part("b", "2") + part("c", "3") + closing;
  EXPECT_EQ(read({body}, {.parts = 3}).error, "");
  const auto outcome = read({body}, {.parts = 2});
  EXPECT_THAT(outcome.error, HasSubstr("more than 2 parts"));
  EXPECT_THAT(outcome.parts, SizeIs(2));
}

TEST(MultipartReader, StopsWithTheSinksError) {
  class FullSink final : public MultipartSink {
   public:
    Result<void> begin_part(PartHead) override { return {}; }
    Result<void> part_content(std::string_view) override {
      return fail(ErrorCode::payload_too_large, "full");
    }
    Result<void> end_part() override { return {}; }
  } sink;
  MultipartReader reader("xyz", sink);
  const auto fed = reader.feed(part("a", "content") + closing);
  ASSERT_FALSE(fed);
  EXPECT_EQ(fed.error().code, ErrorCode::payload_too_large);
}

/// Counts what it is given; nothing may be cut into crumbs.
class CountingSink final : public MultipartSink {
 public:
  Result<void> begin_part(PartHead) override { return {}; }
  Result<void> part_content(std::string_view bytes) override {
    size += bytes.size();
    ++pieces;
    return {};
  }
  Result<void> end_part() override { return {}; }

  std::size_t size = 0;
  std::size_t pieces = 0;
};

TEST(MultipartReader, HandsOutContentThatIsFullOfNearDelimitersInOnePieceAFeed) {
  std::string content;
  while (content.size() < 1'000'000) content += near_delimiters;
  CountingSink sink;
  MultipartReader reader("xyz", sink);
  ASSERT_TRUE(reader.feed(part("a", "")));
  for (int i = 0; i < 10; ++i) ASSERT_TRUE(reader.feed(content));
  ASSERT_TRUE(reader.feed(closing));
  EXPECT_TRUE(reader.finish());
  EXPECT_EQ(sink.size, 10 * content.size());
  // Besides, the beginning of a delimiter that turns out to be none is a piece of its own.
  EXPECT_LE(sink.pieces, 20U);
}

}  // namespace
}  // namespace lmbridge::http
