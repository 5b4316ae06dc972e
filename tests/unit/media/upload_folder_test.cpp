#include "media/upload_folder.hpp"

#include "media/stored_upload.hpp"
#include "tests/unit/result_test.hpp"
#include "tests/unit/temporary_directory.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>

namespace lmbridge::media {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;
using test::code_of;
using test::must;

const std::string token = "abcdefghijklmnopqrstuvwx";

TEST(UploadNames, HaveThePlainExtensionOfTheFileOrThatOfItsBytes) {
  EXPECT_EQ(make_upload_name(token, "a.tar.GZ", ""), token + ".gz");
  EXPECT_EQ(make_upload_name(token, "movie.mp4", "\x89PNG\r\n\x1a\n"), token + ".mp4");
  EXPECT_EQ(make_upload_name(token, "picture", "\x89PNG\r\n\x1a\n"), token + ".png");
  EXPECT_EQ(make_upload_name(token, "", "text"), token + ".txt");
  EXPECT_EQ(make_upload_name(token, "a.", std::string_view("\0", 1)), token + ".bin");
  EXPECT_EQ(make_upload_name(token, "../../a.b/c", "text"), token + ".txt");
  EXPECT_EQ(make_upload_name(token, "a.p\xc3\xa4", "text"), token + ".txt");
  EXPECT_EQ(make_upload_name(token, "a.elevenchars", "text"), token + ".txt");
}

TEST(UploadNames, AreToldFromOthers) {
  EXPECT_TRUE(is_upload_name(token + ".png"));
  for (const auto& name :
       {token, token + ".", std::string("a.png"), token + "x.png", "." + token + ".png",
        token + ".a/b", token + ".png.XXXXXX", std::string()}) {
    EXPECT_FALSE(is_upload_name(name)) << name;
  }
}

class UploadFolders : public testing::Test {
 public:
  fs::path write(const std::string& name, const std::string& content,
                 fs::file_time_type::duration age = 0s) const {
    fs::create_directories(folder_);
    const auto file = folder_ / name;
    std::ofstream(file) << content;
    fs::last_write_time(file, fs::file_time_type::clock::now() - age);
    return file;
  }

  test::TemporaryDirectory directory_;
  fs::path folder_ = directory_.path() / "state" / "file_bed";
};

TEST_F(UploadFolders, AreMadeForTheirOwnerAlone) {
  EXPECT_TRUE(must(open_upload_folder(folder_)).empty());
  EXPECT_EQ(fs::status(folder_).permissions(), fs::perms::owner_all);
}

TEST_F(UploadFolders, KeepWholeFilesOfAFormerRunAndNothingElseOfIt) {
  const auto younger = std::string(24, 'b') + ".png";
  const auto older = std::string(24, 'a') + ".txt";
  write(younger, "12", 10s);
  write(older, "123", 20s);
  const auto unfinished = write("." + older + ".abcdef", "half");
  const auto foreign = write("notes.txt", "whoever put it here");
  fs::create_symlink("/etc/passwd", folder_ / (std::string(24, 'c') + ".txt"));
  const auto found = must(open_upload_folder(folder_));
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found[0].name, older);
  EXPECT_EQ(found[0].bytes, 3U);
  EXPECT_LT(found[0].stored, found[1].stored);
  EXPECT_EQ(found[1].name, younger);
  EXPECT_FALSE(fs::exists(unfinished));
  EXPECT_TRUE(fs::exists(foreign));
}

TEST_F(UploadFolders, ThatCanNotBeMadeAreAnErrorOfTheConfiguration) {
  std::ofstream(directory_.path() / "state") << "a file";
  EXPECT_EQ(code_of(open_upload_folder(folder_)), ErrorCode::invalid_configuration);
}

TEST_F(UploadFolders, HoldFilesWhoseTypeTheirBytesTellOrElseTheirExtension) {
  const auto type = [&](const std::string& name, const std::string& content) {
    return std::string(must(StoredUpload::open(write(name, content)))->media_type());
  };
  EXPECT_EQ(type("a.html", "\x89PNG\r\n\x1a\n"), "image/png");
  EXPECT_EQ(type("a.png", "<script>"), "text/plain");
  EXPECT_EQ(type("a.html", "<script>"), "text/html");
  EXPECT_EQ(type("a.svg", "<svg>"), "image/svg+xml");
  EXPECT_EQ(type("a.mp3", std::string("\0\1", 2)), "audio/mpeg");
  EXPECT_EQ(type("a.xyz", std::string("\0\1", 2)), "application/octet-stream");
}

TEST_F(UploadFolders, DoNotOpenLinksAndPipes) {
  write("a.txt", "text");
  fs::create_symlink(folder_ / "a.txt", folder_ / "b.txt");
  EXPECT_EQ(code_of(StoredUpload::open(folder_ / "b.txt")), ErrorCode::not_found);
  EXPECT_EQ(code_of(StoredUpload::open(folder_)), ErrorCode::not_found);
  EXPECT_EQ(code_of(StoredUpload::open(folder_ / "none.txt")), ErrorCode::not_found);
}

TEST(HarmlessMediaTypes, AreThoseInWhichNothingRuns) {
  for (const auto* type : {"image/png", "image/webp", "video/mp4", "audio/mpeg"}) {
    EXPECT_TRUE(is_harmless_media_type(type)) << type;
  }
  for (const auto* type : {"image/svg+xml", "text/html", "text/xml", "text/plain",
                           "application/pdf", "application/octet-stream", ""}) {
    EXPECT_FALSE(is_harmless_media_type(type)) << type;
  }
}

}  // namespace
}  // namespace lmbridge::media
