#include "media/file_bed_answer.hpp"

#include <gmock/gmock.h>

#include <string>

namespace lmbridge::media {
namespace {

using settings::FileBed;
using settings::FileBedAnswer;
using settings::FileBedProtocol;
using testing::HasSubstr;
using testing::Not;

FileBed json_bed(base::JsonPath path = {"data", "url"}) {
  return {.name = "bed", .url = "https://bed.example.org/upload", .link_path = std::move(path)};
}

FileBed text_bed() {
  return {.name = "bed", .url = "https://bed.example.org/", .answer = FileBedAnswer::text};
}

FileBed single_bed(std::string url = "http://127.0.0.1:5180/upload") {
  return {.name = "single", .url = std::move(url), .protocol = FileBedProtocol::json};
}

std::string link_of(const FileBed& bed, std::string body, int status = 200) {
  const auto link = read_link(bed, {.status = status, .body = std::move(body)});
  return link ? *link : "no link: it " + link.error().message;
}

TEST(FileBedAnswer, HasTheLinkAtItsPathInJson) {
  EXPECT_EQ(link_of(json_bed(), R"({"data":{"url":"https://i.example.org/a.png"},"success":true})"),
            "https://i.example.org/a.png");
  EXPECT_EQ(link_of(json_bed({"files", "0", "url"}),
                    R"({"files":[{"url":"https:\/\/i.example.org\/a.png"}]})"),
            "https://i.example.org/a.png");
  EXPECT_EQ(link_of(json_bed({"0"}), R"([" http://i.example.org/ü "])"),
            "http://i.example.org/%C3%BC");
}

TEST(FileBedAnswer, HasTheLinkAsTheOnlyTextOrInACallOfWget) {
  EXPECT_EQ(link_of(text_bed(), "https://0x0.example.org/abc.png\n"),
            "https://0x0.example.org/abc.png");
  EXPECT_EQ(link_of(text_bed(),
                    "\n\n=========\r\n\r\nUploaded 1 file, 12 bytes\r\n\r\n"
                    "wget https://bash.example.org/Xy1/a.png\r\n\r\n=========\r\n"),
            "https://bash.example.org/Xy1/a.png");
  EXPECT_EQ(link_of(text_bed(), "wget -O a.png  https://bash.example.org/Xy1/a.png"),
            "https://bash.example.org/Xy1/a.png");
}

TEST(FileBedAnswer, IsNoLinkWhereATextOnlySpeaksOfOne) {
  EXPECT_EQ(link_of(text_bed(), "Quota exceeded, see https://bed.example.org/terms"),
            "no link: it answered with a text that has no link in it: Quota exceeded, see "
            "https://bed.example.org/terms");
  EXPECT_EQ(link_of(text_bed(), "https://bed.example.org is closed"),
            "no link: it answered with a text that has no link in it: https://bed.example.org is "
            "closed");
  EXPECT_EQ(link_of(text_bed(), "<html>\n<body>Sorry</body></html>"),
            "no link: it answered with a text that has no link in it");
  EXPECT_EQ(link_of(text_bed(), ""), "no link: it answered with a text that has no link in it");
}

TEST(FileBedAnswer, IsTheLocationOfARedirect) {
  for (const int status : {301, 302, 303}) {
    const auto link = read_link(
        json_bed(), {.status = status, .body = {}, .location = "https://i.example.org/a.png"});
    ASSERT_TRUE(link) << link.error().message;
    EXPECT_EQ(*link, "https://i.example.org/a.png");
  }
  EXPECT_EQ(link_of(json_bed(), "", 302), "no link: it answered with status 302 and no Location");
}

TEST(FileBedAnswer, IsTheLocationOfANewFileWhereTheBodyHasNone) {
  const auto link = read_link(
      text_bed(), {.status = 201, .body = "Created", .location = "https://i.example.org/a.png"});
  ASSERT_TRUE(link) << link.error().message;
  EXPECT_EQ(*link, "https://i.example.org/a.png");
}

TEST(FileBedAnswer, IsNoLinkWhereTheBedItselfHasMoved) {
  auto bed = json_bed();
  bed.url = "http://bed.example.org/upload?key=secret12";
  for (const std::string location :
       {"https://bed.example.org/upload", "https://www.bed.example.org/upload/"}) {
    const auto link = read_link(bed, {.status = 301, .body = {}, .location = location});
    ASSERT_FALSE(link);
    EXPECT_THAT(link.error().message, HasSubstr("has moved (status 301)"));
    EXPECT_THAT(link.error().message, HasSubstr(location.substr(0, location.rfind("/up"))));
  }
}

TEST(FileBedAnswer, OfTheOlderServerIsANameUnderUploads) {
  const auto* taken = R"({"success":true,"filename":"a b.png"})";
  EXPECT_EQ(link_of(single_bed(), taken), "http://127.0.0.1:5180/uploads/a%20b.png");
  EXPECT_EQ(link_of(single_bed("https://host/files/upload?x=/y"), taken),
            "https://host/files/uploads/a%20b.png");
  EXPECT_EQ(link_of(single_bed("https://host"), taken), "https://host/uploads/a%20b.png");
  EXPECT_EQ(link_of(single_bed(), R"({"success":true,"filename":"../x"})"),
            "http://127.0.0.1:5180/uploads/..%2Fx");
}

TEST(FileBedAnswer, OfTheOlderServerMayTellTheLinkAsItIsReachedFromOutside) {
  EXPECT_EQ(
      link_of(single_bed(),
              R"({"success":true,"filename":"a.png","url":"https://files.example.org/a.png"})"),
      "https://files.example.org/a.png");
}

TEST(FileBedAnswer, OfTheOlderServerMayBeARefusal) {
  EXPECT_EQ(link_of(single_bed(), R"({"success":false,"error":"Invalid API key"})"),
            "no link: it did not take the file: Invalid API key");
  EXPECT_EQ(link_of(single_bed(), R"({"success":false,"filename":"a.png"})").substr(0, 33),
            "no link: it did not take the file");
  EXPECT_EQ(link_of(single_bed(), R"({"success":true,"filename":""})").substr(0, 33),
            "no link: it did not take the file");
}

TEST(FileBedAnswer, QuotesWhatTheBedSaysAboutAFailure) {
  EXPECT_EQ(link_of(json_bed(), R"({"error":{"message":"Invalid API v1 key.","code":100}})", 400),
            "no link: it answered with status 400: Invalid API v1 key.");
  EXPECT_EQ(link_of(json_bed(), R"j({"success":false,"description":"No input file(s)"})j"),
            "no link: it answered with JSON that has no link at data.url: No input file(s)");
  EXPECT_EQ(link_of(text_bed(), "User agent not allowed.\n", 403),
            "no link: it answered with status 403: User agent not allowed.");
  EXPECT_EQ(link_of(json_bed(), "<!doctype html><p>Bad gateway", 502),
            "no link: it answered with status 502");
  EXPECT_LT(link_of(text_bed(), std::string(60'000, 'x'), 500).size(), 300U);
  EXPECT_THAT(link_of(text_bed(), "a\x1b[31mb", 500), HasSubstr("a\\x1b[31mb"));
}

TEST(FileBedAnswer, IsRefusedWhereTheLinkIsNone) {
  for (const auto* value :
       {R"("")", R"("/a.png")", R"("data:text/plain,x")", R"j("javascript:alert(1)")j",
        R"("https://")", R"("https://user:word@i.example.org/")", R"("https://i.example.org/a b")",
        "7", "null", R"({"href":"https://i.example.org/"})"}) {
    EXPECT_THAT(link_of(json_bed({"url"}), std::string(R"({"url":)") + value + '}'),
                testing::StartsWith("no link: "))
        << value;
  }
  EXPECT_THAT(link_of(text_bed(), "https://i.example.org/" + std::string(9000, 'a')),
              HasSubstr("can't be used: the link has 9022 bytes"));
  EXPECT_THAT(link_of(json_bed(), "https://i.example.org/a.png"), HasSubstr("is no JSON"));
  EXPECT_THAT(link_of(json_bed(), std::string(60'000, '[')), HasSubstr("is no JSON"));
}

TEST(FileBedAnswer, TellsNoSecretsThatTheBedRepeats) {
  auto bed = json_bed();
  bed.api_key = "k1";
  bed.fields = {{"userhash", "0123456789"}, {"action", "upload"}};
  bed.url += "?key=query-secret&expiration=600";
  const auto what =
      link_of(bed, "the key k1 and 0123456789 and query-secret can't upload for 600", 400);
  EXPECT_EQ(what,
            "no link: it answered with status 400: the key *** and *** and *** can't upload for "
            "600");
  // Nor a part of one that is cut.
  bed.api_key = std::string(40, 's');
  EXPECT_THAT(link_of(bed, std::string(150, 'x') + bed.api_key, 400), Not(HasSubstr("ss")));
}

TEST(FileBedAnswer, LaysTheFaultOnTheFileWhereOnlyThatIsTooMuchForTheBed) {
  EXPECT_TRUE(is_about_the_file({.status = 413}));
  EXPECT_TRUE(is_about_the_file({.status = 415}));
  for (const int status : {200, 400, 401, 403, 404, 429, 500, 507}) {
    EXPECT_FALSE(is_about_the_file({.status = status})) << status;
  }
}

}  // namespace
}  // namespace lmbridge::media
