#include "settings/edit.hpp"
#include "settings/files.hpp"
#include "settings/load.hpp"
#include "tests/unit/result_test.hpp"
#include "tests/unit/temporary_directory.hpp"

#include <gmock/gmock.h>

#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <thread>
#include <vector>

namespace lmbridge::settings {
namespace {

namespace fs = std::filesystem;
using testing::AllOf;
using testing::HasSubstr;

constexpr ::uid_t nobody = 65534;

/// Acts as a user whom permissions hold back, for as long as it lives.
class Unprivileged {
 public:
  Unprivileged() { test::require(geteuid() != 0 || seteuid(nobody) == 0, "to become nobody"); }
  Unprivileged(const Unprivileged&) = delete;
  Unprivileged& operator=(const Unprivileged&) = delete;
  ~Unprivileged() {
    if (getuid() == 0) EXPECT_EQ(seteuid(0), 0);
  }
};

class FileEdit : public testing::Test {
 protected:
  fs::path write(const std::string& name, std::string_view text) {
    const auto path = directory_.path() / name;
    std::ofstream(path, std::ios::binary) << text;
    return path;
  }
  static std::string read(const fs::path& path) { return test::must(read_file(path)); }
  static Result<void> set(const fs::path& path, const std::string& key, boost::json::value value) {
    const Edit wanted{.path = {key}, .value = std::move(value)};
    return edit_file(path, std::span(&wanted, 1));
  }
  [[nodiscard]] std::vector<std::string> names() const {
    std::vector<std::string> found;
    for (const auto& entry : fs::directory_iterator(directory_.path()))
      found.push_back(entry.path().filename());
    return found;
  }

  test::TemporaryDirectory directory_;
};

TEST_F(FileEdit, ReplacesTheFileAndLeavesNothingBeside) {
  const auto file = write("config.jsonc", "{\r\n  \"a\": 1, // x\r\n}\r\n");
  ASSERT_TRUE(set(file, "a", 2));
  EXPECT_EQ(read(file), "{\r\n  \"a\": 2, // x\r\n}\r\n");
  EXPECT_THAT(names(), testing::ElementsAre("config.jsonc"));
}

TEST_F(FileEdit, KeepsByteOrderMarkPermissionsAndOwner) {
  const auto file = write("config.jsonc", "\xef\xbb\xbf{\"a\":1}");
  ASSERT_EQ(chmod(file.c_str(), 0640), 0);
  if (geteuid() == 0) ASSERT_EQ(chown(file.c_str(), nobody, nobody), 0);
  struct stat before{};
  ASSERT_EQ(stat(file.c_str(), &before), 0);
  ASSERT_TRUE(set(file, "a", 2));
  struct stat after{};
  ASSERT_EQ(stat(file.c_str(), &after), 0);
  EXPECT_EQ(read(file), "\xef\xbb\xbf{\"a\":2}");
  EXPECT_NE(after.st_ino, before.st_ino) << "it was written in place";
  EXPECT_EQ(after.st_mode, before.st_mode);
  EXPECT_EQ(after.st_uid, before.st_uid);
  EXPECT_EQ(after.st_gid, before.st_gid);
}

TEST_F(FileEdit, DoesNotTouchAFileThatNeedsNoChange) {
  const auto file = write("config.jsonc", "{\"a\":1}");
  struct stat before{};
  ASSERT_EQ(stat(file.c_str(), &before), 0);
  ASSERT_TRUE(set(file, "a", 1));
  struct stat after{};
  ASSERT_EQ(stat(file.c_str(), &after), 0);
  EXPECT_EQ(after.st_ino, before.st_ino);
}

TEST_F(FileEdit, FollowsLinksAndLeavesThemInPlace) {
  fs::create_directory(directory_.path() / "elsewhere");
  const auto target = write("elsewhere/real.jsonc", "{\"a\":1}");
  const auto link = directory_.path() / "config.jsonc";
  const auto outer = directory_.path() / "outer.jsonc";
  fs::create_symlink("elsewhere/real.jsonc", link);
  fs::create_symlink("config.jsonc", outer);
  ASSERT_TRUE(set(outer, "a", 2));
  EXPECT_EQ(fs::read_symlink(link), "elsewhere/real.jsonc");
  EXPECT_EQ(fs::read_symlink(outer), "config.jsonc");
  EXPECT_EQ(read(target), "{\"a\":2}");
}

TEST_F(FileEdit, LeavesTheFileWholeWhereItCannotBeEdited) {
  const auto broken = write("config.jsonc", "{\"a\": }");
  const auto edited = set(broken, "a", 1);
  ASSERT_FALSE(edited);
  EXPECT_THAT(edited.error().message,
              AllOf(HasSubstr("config.jsonc: it can't be edited"), HasSubstr("line 1, column 7")));
  EXPECT_EQ(read(broken), "{\"a\": }");
  const auto missing = set(directory_.path() / "nowhere.jsonc", "a", 1);
  ASSERT_FALSE(missing);
  EXPECT_THAT(missing.error().message,
              AllOf(HasSubstr("nowhere.jsonc"), HasSubstr("No such file")));
}

TEST_F(FileEdit, InADirectoryThatMayNotBeWrittenSaysSo) {
  const auto file = write("config.jsonc", "{\"a\":1}");
  ASSERT_EQ(chmod(file.c_str(), 0666), 0);
  ASSERT_EQ(chmod(directory_.path().c_str(), 0555), 0);
  {
    const Unprivileged unprivileged;
    const auto edited = set(file, "a", 2);
    ASSERT_FALSE(edited);
    EXPECT_THAT(edited.error().message,
                AllOf(HasSubstr("no file can be made beside it"), HasSubstr("Permission denied")));
  }
  ASSERT_EQ(chmod(directory_.path().c_str(), 0755), 0);
  EXPECT_EQ(read(file), "{\"a\":1}");
  EXPECT_THAT(names(), testing::ElementsAre("config.jsonc"));
}

TEST_F(FileEdit, OfAFileThatMayNotBeWrittenIsRefused) {
  const auto file = write("config.jsonc", "{\"a\":1}");
  ASSERT_EQ(chmod(file.c_str(), 0444), 0);
  ASSERT_EQ(chmod(directory_.path().c_str(), 0777), 0);
  const Unprivileged unprivileged;
  const auto edited = set(file, "a", 2);
  ASSERT_FALSE(edited);
  EXPECT_THAT(edited.error().message, HasSubstr("Permission denied"));
}

TEST_F(FileEdit, ThatCannotKeepTheOwnerIsRefused) {
  if (geteuid() != 0) GTEST_SKIP() << "needs root to own a file that nobody may write";
  const auto file = write("config.jsonc", "{\"a\":1}");
  ASSERT_EQ(chmod(file.c_str(), 0666), 0);
  ASSERT_EQ(chmod(directory_.path().c_str(), 0777), 0);
  {
    const Unprivileged unprivileged;
    const auto edited = set(file, "a", 2);
    ASSERT_FALSE(edited);
    EXPECT_THAT(edited.error().message, HasSubstr("owner and mode can't be kept"));
  }
  EXPECT_EQ(read(file), "{\"a\":1}");
  EXPECT_THAT(names(), testing::ElementsAre("config.jsonc"));
}

TEST_F(FileEdit, HundredsOfTimesKeepsTheComments) {
  const auto file = write(
      "config.jsonc", "{\n  // the session\n  \"session_id\": \"YOUR_SESSION_ID\" // here\n}\n");
  write("models.json", "{}");
  for (int i = 100; i < 400; ++i) {
    const auto id = std::to_string(i) + "00000-952d-4a5a-86ab-61e407667a75";
    ASSERT_TRUE(set(file, "session_id", id.c_str()));
    const auto loaded = load(file);
    ASSERT_TRUE(loaded.errors.empty());
    ASSERT_EQ(loaded.settings.default_endpoint.session_id, id);
  }
  EXPECT_EQ(read(file),
            "{\n  // the session\n  \"session_id\": \"39900000-952d-4a5a-86ab-61e407667a75\" // "
            "here\n}\n");
}

TEST(DirectoryLocks, AreHeldByOneAndGivenUpWithIt) {
  using namespace std::chrono_literals;
  const test::TemporaryDirectory directory;
  {
    const auto first = DirectoryLock::acquire(directory.path(), 0ms);
    ASSERT_TRUE(first);
    const auto second = DirectoryLock::acquire(directory.path(), 20ms);
    ASSERT_FALSE(second);
    EXPECT_THAT(second.error().message, HasSubstr("is locked by another program"));
  }
  EXPECT_TRUE(DirectoryLock::acquire(directory.path(), 0ms));
  EXPECT_FALSE(DirectoryLock::acquire(directory.path() / "nowhere", 0ms));
}

/// Sets `first` to `last` - 1 one after the other, each a key of its own.
void add_keys(const fs::path& file, int first, int last) {
  for (int i = first; i < last; ++i) {
    const Edit wanted{.path = {"key" + std::to_string(i)}, .value = i};
    if (const auto edited = edit_file(file, std::span(&wanted, 1)); !edited)
      throw std::runtime_error(edited.error().message);
  }
}

void expect_keys(const fs::path& file, int last) {
  const auto text = test::must(read_file(file));
  for (int i = 0; i < last; ++i) {
    const auto member = "\"key" + std::to_string(i) + "\": " + std::to_string(i) + '\n';
    const auto with_comma = "\"key" + std::to_string(i) + "\": " + std::to_string(i) + ",\n";
    EXPECT_THAT(text, testing::AnyOf(HasSubstr(member), HasSubstr(with_comma)));
  }
}

TEST_F(FileEdit, FromSeveralThreadsLosesNone) {
  const auto file = write("config.jsonc", "{\n}\n");
  std::vector<std::jthread> threads;
  threads.reserve(4);
  for (int i = 0; i < 4; ++i)
    threads.emplace_back([&file, i] { add_keys(file, i * 5, (i + 1) * 5); });
  threads.clear();
  expect_keys(file, 20);
}

TEST_F(FileEdit, FromTwoProcessesLosesNone) {
  const auto file = write("config.jsonc", "{\n}\n");
  const auto child = fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    try {
      add_keys(file, 0, 15);
    } catch (const std::exception&) {
      _exit(1);
    }
    _exit(0);
  }
  add_keys(file, 15, 30);
  int status = 1;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  EXPECT_EQ(status, 0);
  expect_keys(file, 30);
}

TEST_F(FileEdit, ExchangesATextThatIsStillTheOneThatWasRead) {
  const auto file = write("config.jsonc", "{}");
  test::must(exchange_text(file, "{}", "{\"a\":1}"));
  EXPECT_EQ(read(file), "{\"a\":1}");
  const auto late = exchange_text(file, "{}", "{\"b\":1}");
  ASSERT_FALSE(late);
  EXPECT_THAT(late.error().message, HasSubstr("changed by another program"));
  EXPECT_EQ(read(file), "{\"a\":1}");
}

TEST_F(FileEdit, MakesAFileOnlyWhereThereIsNone) {
  const auto file = write("models.json", "{\"a\":1}");
  test::must(make_file(file));
  EXPECT_EQ(read(file), "{\"a\":1}");
  test::must(make_file(directory_.path() / "new.json"));
  EXPECT_EQ(read(directory_.path() / "new.json"), "");
  EXPECT_FALSE(make_file(directory_.path() / "no" / "new.json"));
}

}  // namespace
}  // namespace lmbridge::settings
