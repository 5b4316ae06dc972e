#include "media/stored_picture.hpp"

#include "tests/unit/media/pictures.hpp"
#include "tests/unit/result_test.hpp"
#include "tests/unit/temporary_directory.hpp"

#include <gmock/gmock.h>

#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <string>

namespace lmbridge::media {
namespace {

namespace fs = std::filesystem;
using test::code_of;
using test::must;

class StoredPictures : public testing::Test {
 protected:
  StoredPictures() {
    fs::create_directories(root_ / "20261124");
    put(root_ / "20261124/a.png", *picture_);
    put(outside_ / "secret.png", *picture_);
  }

  static void put(const fs::path& file, const std::string& bytes) {
    std::ofstream(file, std::ios::binary) << bytes;
  }
  Result<StoredPicture::Handle> open(std::string_view path) {
    return StoredPicture::open(root_, path);
  }

  test::TemporaryDirectory directory_;
  fs::path outside_ = directory_.path();
  fs::path root_ = outside_ / "images";
  Bytes picture_ = test::draw({});
};

TEST_F(StoredPictures, AreReadFromAnyPlace) {
  const auto picture = must(open("20261124/a.png"));
  EXPECT_EQ(picture->size(), picture_->size());
  EXPECT_EQ(picture->media_type(), "image/png");
  EXPECT_EQ(must(picture->read(0, 1'000'000)), *picture_);
  EXPECT_EQ(must(picture->read(3, 5)), picture_->substr(3, 5));
  EXPECT_EQ(must(picture->read(picture->size() - 2, 10)).size(), 2U);
  EXPECT_EQ(must(picture->read(picture->size() + 1, 10)), "");
  EXPECT_EQ(must(picture->read(~0ULL, 10)), "");
}

TEST_F(StoredPictures, StayWholeWhenTheirFileIsDeleted) {
  const auto picture = must(open("20261124/a.png"));
  fs::remove(root_ / "20261124/a.png");
  EXPECT_EQ(must(picture->read(0, picture->size())), *picture_);
  EXPECT_EQ(code_of(open("20261124/a.png")), ErrorCode::not_found);
}

TEST_F(StoredPictures, HaveAnotherTagWhenTheyAreOthers) {
  const auto before = must(open("20261124/a.png"))->etag();
  EXPECT_EQ(must(open("20261124/a.png"))->etag(), before);
  put(root_ / "20261124/a.png", *test::draw({.width = 65}));
  EXPECT_NE(must(open("20261124/a.png"))->etag(), before);
}

TEST_F(StoredPictures, AreNeverReachedThroughLinks) {
  fs::create_symlink(outside_ / "secret.png", root_ / "20261124/link.png");
  fs::create_symlink("a.png", root_ / "20261124/inner.png");
  fs::create_directory(outside_ / "elsewhere");
  put(outside_ / "elsewhere/b.png", *picture_);
  fs::create_directory_symlink(outside_ / "elsewhere", root_ / "20261125");
  for (const auto* path : {"20261124/link.png", "20261124/inner.png", "20261125/b.png"}) {
    EXPECT_EQ(code_of(open(path)), ErrorCode::not_found) << path;
  }
}

TEST_F(StoredPictures, AreFilesAndPicturesWhateverTheirName) {
  put(root_ / "20261124/page.png", "<script>alert(1)</script>");
  put(root_ / "20261124/drawing.png", "<svg xmlns='http://www.w3.org/2000/svg'/>");
  put(root_ / "20261124/empty.png", "");
  fs::create_directory(root_ / "20261124/folder.png");
  ASSERT_EQ(mkfifo((root_ / "20261124/pipe.png").c_str(), 0600), 0);
  for (const auto* name : {"page", "drawing", "empty", "folder", "pipe", "missing"}) {
    EXPECT_EQ(code_of(open("20261124/" + std::string(name) + ".png")), ErrorCode::not_found)
        << name;
  }
}

TEST_F(StoredPictures, AreNotFoundOutsideOfTheirFolder) {
  for (const auto& path : {std::string("../secret.png"), std::string("20261124/../../secret.png"),
                           (outside_ / "secret.png").string()}) {
    const auto refused = open(path);
    ASSERT_EQ(code_of(refused), ErrorCode::not_found) << path;
  }
  EXPECT_LT(open(std::string(100'000, '/')).error().message.size(), 400U);
}

}  // namespace
}  // namespace lmbridge::media
