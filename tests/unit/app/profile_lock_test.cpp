#include "app/profile_lock.hpp"

#include "tests/unit/temporary_directory.hpp"

#include <gmock/gmock.h>

#include <unistd.h>

#include <fstream>
#include <optional>
#include <string>

namespace lmbridge::app {
namespace {

using testing::HasSubstr;

class BrowserProfile : public testing::Test {
 protected:
  test::TemporaryDirectory directory;
  std::filesystem::path profile = directory.path() / "deep" / "profile";
};

TEST_F(BrowserProfile, IsMadeAndLocked) {
  const auto lock = ProfileLock::acquire(profile);
  ASSERT_TRUE(lock);
  EXPECT_TRUE(std::filesystem::is_directory(profile));
}

TEST_F(BrowserProfile, IsRefusedToASecondDaemonWhichIsToldWhoHasIt) {
  const auto first = ProfileLock::acquire(profile);
  ASSERT_TRUE(first);
  const auto second = ProfileLock::acquire(profile);
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, ErrorCode::profile_in_use);
  EXPECT_THAT(second.error().message, HasSubstr("(process " + std::to_string(getpid()) + ")"));
  EXPECT_THAT(second.error().message, HasSubstr(profile.string()));
  EXPECT_THAT(second.error().message, HasSubstr("--state-dir"));
}

TEST_F(BrowserProfile, IsFreeAgainWhenTheLockGoes) {
  {
    const auto first = ProfileLock::acquire(profile);
  }
  EXPECT_TRUE(ProfileLock::acquire(profile));
}

TEST_F(BrowserProfile, StaysLockedWhenTheLockMoves) {
  auto first = ProfileLock::acquire(profile);
  ASSERT_TRUE(first);
  std::optional<ProfileLock> moved(*std::move(first));
  EXPECT_FALSE(ProfileLock::acquire(profile));
  moved.reset();
  EXPECT_TRUE(ProfileLock::acquire(profile));
}

TEST_F(BrowserProfile, IsNotKeptByALockFileThatSomebodyLeftBehind) {
  std::filesystem::create_directories(profile);
  std::ofstream(profile / "lmbridged.lock") << "123456789012345678901234567890123456789";
  const auto lock = ProfileLock::acquire(profile);
  ASSERT_TRUE(lock);
  const auto second = ProfileLock::acquire(profile);
  ASSERT_FALSE(second);
  EXPECT_THAT(second.error().message, HasSubstr("(process " + std::to_string(getpid()) + ")"));
}

TEST_F(BrowserProfile, ThatCannotBeMadeIsAnErrorThatNamesIt) {
  std::ofstream(directory.path() / "file") << "x";
  const auto lock = ProfileLock::acquire(directory.path() / "file" / "profile");
  ASSERT_FALSE(lock);
  EXPECT_EQ(lock.error().code, ErrorCode::invalid_configuration);
  EXPECT_THAT(lock.error().message, HasSubstr("file/profile"));
}

}  // namespace
}  // namespace lmbridge::app
