#include "media/library_keeper.hpp"

#include "media/library_catalog.hpp"
#include "media/library_names.hpp"
#include "tests/unit/media/pictures.hpp"
#include "tests/unit/result_test.hpp"
#include "tests/unit/temporary_directory.hpp"

#include <gmock/gmock.h>

#include <array>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

namespace lmbridge::media {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;
using test::code_of;
using test::draw;
using test::must;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

std::string content_of(const fs::path& file) {
  std::ifstream stream(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

/// Pictures of all the same size that differ.
Bytes numbered(int number) {
  return test::bytes_of("GIF89a" + std::to_string(1000 + number) + std::string(90, 'x'));
}

class Keeping : public testing::Test {
 protected:
  LibraryKeeper keeper(LibraryOptions options = {}) {
    options.root = root_;
    return LibraryKeeper(std::move(options));
  }
  /// All files below the root, hidden ones too.
  std::vector<std::string> files() {
    std::vector<std::string> found;
    for (const auto& entry : fs::recursive_directory_iterator(root_)) {
      if (entry.is_regular_file()) found.push_back(entry.path().filename().string());
    }
    return found;
  }
  void make_older(const std::string& path, std::chrono::hours age) {
    fs::last_write_time(root_ / path, fs::file_time_type::clock::now() - age);
  }

  test::TemporaryDirectory directory_;
  fs::path root_ = directory_.path() / "downloaded_images";
  std::chrono::system_clock::time_point now_ = std::chrono::system_clock::now();
};

TEST_F(Keeping, WritesPicturesUnderTheExtensionOfTheirBytes) {
  auto library = keeper();
  for (const auto& [suffix, extension] : {std::pair{".png", ".png"}, std::pair{".jpg", ".jpg"},
                                          std::pair{".webp", ".webp"}, std::pair{".gif", ".gif"}}) {
    const auto picture = draw({.suffix = suffix});
    const auto kept = must(library.keep(*picture, "request", now_));
    EXPECT_TRUE(kept.is_new);
    EXPECT_TRUE(kept.path.ends_with(extension)) << kept.path;
    EXPECT_TRUE(parse_library_path(kept.path));
    EXPECT_EQ(content_of(root_ / kept.path), *picture);
  }
  EXPECT_THAT(files(), SizeIs(4)) << "nothing unfinished is left";
}

TEST_F(Keeping, RefusesWhatIsNoPicture) {
  auto library = keeper();
  for (const auto* bytes : {"", "text", "<svg/>", "%PDF-1.7"}) {
    EXPECT_EQ(code_of(library.keep(bytes, "r", now_)), ErrorCode::unsupported_media_type);
  }
  EXPECT_FALSE(fs::exists(root_));
}

TEST_F(Keeping, WritesEveryPictureOnce) {
  auto library = keeper();
  const auto first = must(library.keep(*numbered(1), "one", now_));
  const auto again = must(library.keep(*numbered(1), "two", now_ + 48h));
  EXPECT_EQ(again.path, first.path);
  EXPECT_FALSE(again.is_new);
  EXPECT_THAT(files(), SizeIs(1));
  // Another process knows it by the name on the disk.
  auto other = keeper();
  EXPECT_EQ(must(other.keep(*numbered(1), "three", now_)).path, first.path);
}

TEST_F(Keeping, WritesAPictureAgainThatSomebodyDeletedOrChanged) {
  auto library = keeper();
  const auto first = must(library.keep(*numbered(1), "one", now_));
  fs::remove(root_ / first.path);
  const auto second = must(library.keep(*numbered(1), "two", now_ + 1s));
  EXPECT_TRUE(second.is_new);
  std::ofstream(root_ / second.path, std::ios::binary) << *numbered(2);
  const auto third = must(library.keep(*numbered(1), "three", now_ + 2s));
  EXPECT_TRUE(third.is_new);
  EXPECT_EQ(content_of(root_ / third.path), *numbered(1));
}

TEST_F(Keeping, SaysWhereAndWhyAPictureCouldNotBeWritten) {
  std::ofstream(root_.string()) << "a file where the folder should be";
  auto library = keeper();
  const auto failed = library.keep(*numbered(1), "one", now_);
  ASSERT_EQ(code_of(failed), ErrorCode::internal);
  EXPECT_THAT(failed.error().message, HasSubstr(root_.string()));
  EXPECT_THAT(failed.error().message, HasSubstr("directory"));
}

TEST_F(Keeping, KeepsEverythingUnlessToldOtherwise) {
  auto library = keeper();
  const auto kept = must(library.keep(*numbered(1), "one", now_));
  make_older(kept.path, 24h * 365 * 5);
  EXPECT_EQ(library.sweep(now_).files, 0U);
  EXPECT_THAT(files(), SizeIs(1));
}

TEST_F(Keeping, DeletesWhatIsTooOldWithTheFolderThatItLeavesEmpty) {
  auto library = keeper({.largest_age = 24h});
  const auto old = must(library.keep(*numbered(1), "one", now_ - 72h));
  const auto young = must(library.keep(*numbered(2), "two", now_));
  make_older(old.path, 72h);
  const auto swept = library.sweep(now_);
  EXPECT_EQ(swept.files, 1U);
  EXPECT_EQ(swept.bytes, numbered(1)->size());
  EXPECT_FALSE(fs::exists((root_ / old.path).parent_path()));
  EXPECT_TRUE(fs::exists(root_ / young.path));
}

TEST_F(Keeping, LetsTheAgeOfAPictureBeginAnewWhenItComesAgain) {
  auto library = keeper({.largest_age = 24h});
  const auto kept = must(library.keep(*numbered(1), "one", now_));
  make_older(kept.path, 72h);
  EXPECT_FALSE(must(library.keep(*numbered(1), "two", now_)).is_new);
  EXPECT_EQ(library.sweep(now_).files, 0U);
}

TEST_F(Keeping, DeletesTheOldestWhenThereIsTooMuch) {
  const auto size = numbered(0)->size();
  auto library = keeper({.largest_total_bytes = 10 * size});
  std::array<std::string, 11> paths;
  for (int i = 0; auto& path : paths) {
    path = must(library.keep(*numbered(i), "r", now_ + std::chrono::seconds(i))).path;
    ++i;
  }
  EXPECT_THAT(files(), SizeIs(9)) << "a tenth below the limit, so that not every picture sweeps";
  EXPECT_FALSE(fs::exists(root_ / paths[0]));
  EXPECT_FALSE(fs::exists(root_ / paths[1]));
  EXPECT_TRUE(fs::exists(root_ / paths[2]));
  for (int i = 11; i < 100; ++i) {
    must(library.keep(*numbered(i), "r", now_ + std::chrono::seconds(i)));
    ASSERT_LE(files().size(), 10U);
  }
}

TEST_F(Keeping, NeverDeletesTheNewestForItsSize) {
  auto library = keeper({.largest_total_bytes = 10});
  const auto kept = must(library.keep(*numbered(1), "one", now_));
  EXPECT_TRUE(fs::exists(root_ / kept.path));
}

TEST_F(Keeping, LeavesAloneWhatIsNoPictureOfADay) {
  auto library = keeper({.largest_age = 24h, .largest_total_bytes = 1});
  fs::create_directories(root_ / "notes");
  fs::create_directories(root_ / "20200101");
  const auto outside = directory_.path() / "outside.png";
  for (const auto& file : {root_ / "readme.txt", root_ / "top.png", root_ / "notes/x.png",
                           root_ / "20200101/notes.txt", outside}) {
    std::ofstream(file) << "GIF89a";
    fs::last_write_time(file, fs::file_time_type::clock::now() - 999h);
  }
  fs::create_symlink(outside, root_ / "20200101/link.png");
  EXPECT_EQ(library.sweep(now_).files, 0U);
  EXPECT_THAT(files(), testing::UnorderedElementsAre("readme.txt", "top.png", "x.png", "notes.txt",
                                                     "link.png"));
  EXPECT_TRUE(fs::exists(outside));
}

TEST_F(Keeping, RemovesWhatACrashLeftUnfinished) {
  auto library = keeper();
  must(library.keep(*numbered(1), "one", now_));
  const auto left = "20200101/.073005-007_id_0123456789abcdef.png.aB3dE6";
  const auto running = "20200101/.073005-008_id_0123456789abcdef.png.aB3dE7";
  fs::create_directories(root_ / "20200101");
  std::ofstream(root_ / left) << "x";
  std::ofstream(root_ / running) << "x";
  make_older(left, 2h);
  library.sweep(now_);
  EXPECT_FALSE(fs::exists(root_ / left));
  EXPECT_TRUE(fs::exists(root_ / running));
}

class Listing : public Keeping {};

TEST_F(Listing, ShowsTheNewestFirstPageByPage) {
  auto library = keeper();
  std::vector<std::string> newest_first;
  for (int i = 0; i < 7; ++i) {
    const auto time = now_ + std::chrono::hours(20 * i);
    newest_first.insert(newest_first.begin(), must(library.keep(*numbered(i), "r", time)).path);
  }
  std::vector<std::string> seen;
  for (const std::size_t offset : {0UL, 3UL, 6UL, 9UL}) {
    const auto page = must(list_library(root_, {.offset = offset, .limit = 3}));
    EXPECT_EQ(page.total, 7U);
    for (const auto& picture : page.pictures) {
      seen.push_back(picture.path);
      EXPECT_EQ(picture.media_type, "image/gif");
      EXPECT_EQ(picture.bytes, numbered(0)->size());
      EXPECT_LT(std::chrono::abs(picture.modified - now_), 60s);
    }
  }
  EXPECT_EQ(seen, newest_first);
}

TEST_F(Listing, ShowsOneDay) {
  auto library = keeper();
  const auto day = must(library.keep(*numbered(1), "r", now_)).path.substr(0, 8);
  must(library.keep(*numbered(2), "r", now_ + 48h));
  const auto page = must(list_library(root_, {.day = day}));
  EXPECT_EQ(page.total, 1U);
  EXPECT_THAT(must(list_library(root_, {.day = "19990101"})).pictures, IsEmpty());
  for (const auto* bad : {"2026-11-23", "..", "2026112", "../../x"}) {
    const auto refused = list_library(root_, {.day = bad});
    ASSERT_EQ(code_of(refused), ErrorCode::invalid_request);
    EXPECT_EQ(refused.error().param, "date");
  }
}

TEST_F(Listing, ShowsPicturesAlone) {
  EXPECT_EQ(must(list_library(root_, {})).total, 0U) << "there is no folder yet";
  fs::create_directories(root_ / "20200101/folder.png");
  for (const auto* name : {".hidden.png", "notes.txt", "a%2e.png", "drawing.svg", "other.webp"}) {
    std::ofstream(root_ / "20200101" / name) << "x";
  }
  fs::create_symlink("other.webp", root_ / "20200101/link.png");
  fs::create_directory_symlink("20200101", root_ / "20200102");
  const auto page = must(list_library(root_, {}));
  ASSERT_THAT(page.pictures, SizeIs(1));
  EXPECT_EQ(page.pictures[0].path, "20200101/other.webp");
  EXPECT_EQ(page.total, 1U);
}

TEST_F(Listing, IsBounded) {
  auto library = keeper();
  must(library.keep(*numbered(1), "r", now_));
  fs::create_directories(root_ / "20200101");
  for (int i = 0; i < 600; ++i) std::ofstream(root_ / "20200101" / fmt::format("{}.png", i)) << "x";
  EXPECT_THAT(must(list_library(root_, {.limit = 1'000'000})).pictures,
              SizeIs(largest_library_page));
  EXPECT_THAT(must(list_library(root_, {.offset = ~0UL})).pictures, IsEmpty());
}

}  // namespace
}  // namespace lmbridge::media
