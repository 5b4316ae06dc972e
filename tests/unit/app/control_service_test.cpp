#include "app/control_service.hpp"

#include "tests/unit/environment.hpp"

#include <gtest/gtest.h>

#include <grp.h>
#include <unistd.h>

namespace lmbridge::app {
namespace {

class ControlSocket : public testing::Test {
 protected:
  test::Environment environment;
};

TEST_F(ControlSocket, LiesWhereTheConfigurationSays) {
  environment.set("RUNTIME_DIRECTORY", "/run/lmbridge");
  EXPECT_EQ(control_socket({.socket = "/s", .group = {}}, "/state"), "/s");
}

TEST_F(ControlSocket, LiesInTheFirstRuntimeDirectoryOfTheService) {
  environment.set("RUNTIME_DIRECTORY", "/run/lmbridge:/run/other");
  EXPECT_EQ(control_socket({}, "/state"), "/run/lmbridge/control.sock");
}

TEST_F(ControlSocket, LiesElseInTheStateDirectory) {
  environment.unset("RUNTIME_DIRECTORY");
  EXPECT_EQ(control_socket({}, "/state"), "/state/control.sock");
}

TEST_F(ControlSocket, BelongsToTheGroupThatIsNamed) {
  EXPECT_EQ(control_group({.socket = {}, .group = "no-such-group"}), "no-such-group")
      << "that there is none must be said";
}

TEST_F(ControlSocket, DoesWithoutTheGroupOfTheDefaultNameWhereThereIsNone) {
  if (getgrnam("lmbridge") != nullptr) GTEST_SKIP() << "this machine has the group";
  EXPECT_EQ(control_group({}), "");
}

}  // namespace
}  // namespace lmbridge::app
