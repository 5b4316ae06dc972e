#include "app/state_directory.hpp"

#include "tests/unit/environment.hpp"
#include "tests/unit/temporary_directory.hpp"

#include <gmock/gmock.h>

#include <fstream>

namespace lmbridge::app {
namespace {

namespace fs = std::filesystem;

class StateDirectory : public testing::Test {
 protected:
  StateDirectory() {
    environment.unset("STATE_DIRECTORY");
    environment.unset("XDG_STATE_HOME");
    environment.set("HOME", (root / "home").string());
  }

  static fs::path chosen(std::string_view wanted = "") {
    const auto directory = state_directory(wanted);
    EXPECT_TRUE(directory) << (directory ? "" : directory.error().message);
    return directory.value_or(fs::path());
  }

  test::TemporaryDirectory temporary;
  fs::path root = temporary.path();
  test::Environment environment;
};

TEST_F(StateDirectory, IsBelowHomeByDefault) {
  EXPECT_EQ(chosen(), root / "home/.local/state/lmbridge");
  EXPECT_TRUE(fs::is_directory(root / "home/.local/state/lmbridge"));
}

TEST_F(StateDirectory, FollowsXdgStateHome) {
  environment.set("XDG_STATE_HOME", (root / "xdg").string());
  EXPECT_EQ(chosen(), root / "xdg/lmbridge");
}

TEST_F(StateDirectory, IgnoresARelativeXdgStateHome) {
  environment.set("XDG_STATE_HOME", "relative/state");
  EXPECT_EQ(chosen(), root / "home/.local/state/lmbridge");
}

TEST_F(StateDirectory, FollowsTheServiceManagerFirst) {
  environment.set("XDG_STATE_HOME", (root / "xdg").string());
  environment.set("STATE_DIRECTORY", (root / "service").string());
  EXPECT_EQ(chosen(), root / "service");
}

TEST_F(StateDirectory, IsTheFirstOfSeveralThatTheServiceManagerNames) {
  environment.set("STATE_DIRECTORY", (root / "one").string() + ":" + (root / "two").string());
  EXPECT_EQ(chosen(), root / "one");
  EXPECT_FALSE(fs::exists(root / "two"));
}

TEST_F(StateDirectory, IsWhatTheCommandLineSaysAboveAll) {
  environment.set("STATE_DIRECTORY", (root / "service").string());
  EXPECT_EQ(chosen((root / "wanted").string()), root / "wanted");
  EXPECT_FALSE(fs::exists(root / "service"));
}

TEST_F(StateDirectory, IsAbsoluteEvenWhenTheCommandLineIsNot) {
  const auto before = fs::current_path();
  fs::current_path(root);
  const auto directory = chosen("here");
  fs::current_path(before);
  EXPECT_TRUE(directory.is_absolute());
  EXPECT_TRUE(fs::equivalent(directory, root / "here"));
}

TEST_F(StateDirectory, IsForItsOwnerAloneWhenItIsNew) {
  for (const auto* name : {"new", "new with a slash/"}) {
    const auto directory = chosen((root / name).string());
    EXPECT_EQ(fs::status(directory).permissions(), fs::perms::owner_all) << name;
  }
}

TEST_F(StateDirectory, KeepsTheModeThatItsOwnerGaveIt) {
  fs::create_directory(root / "shared");
  const auto mode = fs::perms::owner_all | fs::perms::group_read | fs::perms::group_exec;
  fs::permissions(root / "shared", mode);
  chosen((root / "shared").string());
  EXPECT_EQ(fs::status(root / "shared").permissions(), mode);
}

TEST_F(StateDirectory, ThatCannotBeMadeIsAnErrorThatSaysWhatToDo) {
  std::ofstream(root / "file") << "x";
  for (const auto* name : {"file", "file/below"}) {
    const auto directory = state_directory((root / name).string());
    ASSERT_FALSE(directory) << name;
    EXPECT_EQ(directory.error().code, ErrorCode::invalid_configuration);
    EXPECT_THAT(directory.error().message, testing::HasSubstr((root / name).string()));
    EXPECT_THAT(directory.error().message, testing::HasSubstr("--state-dir"));
  }
}

TEST_F(StateDirectory, IsAskedForWhenThereIsNoHome) {
  environment.unset("HOME");
  const auto directory = state_directory("");
  ASSERT_FALSE(directory);
  EXPECT_EQ(directory.error().code, ErrorCode::invalid_configuration);
  EXPECT_THAT(directory.error().message, testing::HasSubstr("--state-dir"));
}

}  // namespace
}  // namespace lmbridge::app
