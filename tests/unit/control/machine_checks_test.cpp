#include "control/machine_checks.hpp"

#include "tests/unit/temporary_directory.hpp"

#include <gmock/gmock.h>

#include <unistd.h>

#include <algorithm>
#include <fstream>

namespace lmbridge::control {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

class MachineChecks : public testing::Test {
 protected:
  test::TemporaryDirectory directory;
};

TEST_F(MachineChecks, FindADirectoryThatCanBeWrittenAndLeaveNothingInIt) {
  const auto finding = check_writable("state directory", directory.path());
  EXPECT_EQ(finding.health, Health::ok);
  EXPECT_THAT(finding.fix, IsEmpty());
  EXPECT_TRUE(std::filesystem::is_empty(directory.path()));
}

TEST_F(MachineChecks, SayWhyADirectoryCannotBeWrittenAndHowToMendIt) {
  const auto finding = check_writable("state directory", directory.path() / "missing");
  EXPECT_EQ(finding.health, Health::error);
  EXPECT_THAT(finding.message, HasSubstr("No such file or directory"));
  EXPECT_THAT(finding.fix, HasSubstr("chown"));
}

TEST_F(MachineChecks, LookAtTheDiskAndSayWhenItIsNotThere) {
  EXPECT_THAT(check_disk(directory.path()).message, HasSubstr("MB are free"));
  const auto missing = check_disk(directory.path() / "missing");
  EXPECT_EQ(missing.health, Health::error);
  EXPECT_THAT(missing.message, HasSubstr("No such file or directory"));
}

TEST_F(MachineChecks, LeaveOutWhatTheBrowserNeedsWhereItIsNotOurs) {
  const auto looked_at = [&](const std::filesystem::path& profile) {
    std::vector<std::string> checks;
    const auto findings = check_machine(
        {.state = directory.path(), .profile = profile, .pictures = directory.path() / "none"});
    for (const auto& finding : findings) checks.push_back(finding.check);
    return checks;
  };
  EXPECT_THAT(looked_at(""), testing::ElementsAre("state directory", "disk", "clock"));
  EXPECT_THAT(looked_at(directory.path()),
              testing::ElementsAre("state directory", "browser profile", "disk", "shared memory",
                                   "clock", "fonts"));
}

TEST_F(MachineChecks, TakeAMissingSharedMemoryForAWarning) {
  EXPECT_EQ(check_shared_memory(directory.path() / "missing").health, Health::warning);
}

TEST_F(MachineChecks, CountFontsWhereverTheyLieAndMissThem) {
  const auto none = check_fonts({directory.path(), directory.path() / "missing"});
  EXPECT_EQ(none.health, Health::warning);
  EXPECT_THAT(none.fix, HasSubstr("fonts-"));
  std::filesystem::create_directories(directory.path() / "truetype" / "a");
  std::ofstream(directory.path() / "truetype" / "a" / "b.ttf") << "font";
  std::ofstream(directory.path() / "truetype" / "readme.txt") << "text";
  const auto some = check_fonts({directory.path()});
  EXPECT_EQ(some.health, Health::ok);
  EXPECT_EQ(some.message, "1 font files");
}

TEST_F(MachineChecks, HaveAFixWithWhateverIsNotWell) {
  const auto findings = check_machine({.state = directory.path(),
                                       .profile = directory.path() / "missing",
                                       .pictures = directory.path() / "missing"});
  EXPECT_TRUE(std::ranges::any_of(
      findings, [](const Finding& each) { return each.health == Health::error; }));
  for (const auto& finding : findings) {
    EXPECT_EQ(finding.health == Health::ok, finding.fix.empty()) << finding.check;
    EXPECT_THAT(finding.message, Not(IsEmpty()));
  }
}

}  // namespace
}  // namespace lmbridge::control
