#include "ctl/socket_path.hpp"

#include <gmock/gmock.h>

#include <map>
#include <set>

namespace lmbridge::ctl {
namespace {

using testing::HasSubstr;

class SocketPaths : public testing::Test {
 protected:
  [[nodiscard]] SocketPath find(std::string_view given = "") const {
    return find_socket(
        given, {.environment =
                    [this](const char* name) {
                      const auto found = environment.find(name);
                      return found == environment.end() ? "" : found->second;
                    },
                .may_exist = [this](const std::string& path) { return files.contains(path); }});
  }

  std::map<std::string, std::string> environment{{"HOME", "/home/a"}};
  std::set<std::string> files;
};

TEST_F(SocketPaths, AreThoseThatAreGiven) {
  files.insert("/run/lmbridge/control.sock");
  environment["LMBRIDGE_SOCKET"] = "/e";
  EXPECT_EQ(find("/s").path, "/s");
  EXPECT_EQ(find().path, "/e");
}

TEST_F(SocketPaths, AreTheServicesIfItIsThere) {
  files.insert("/run/lmbridge/control.sock");
  EXPECT_EQ(find().path, "/run/lmbridge/control.sock");
}

TEST_F(SocketPaths, AreElseTheUsersOwn) {
  EXPECT_EQ(find().path, "/home/a/.local/state/lmbridge/control.sock");
  EXPECT_THAT(find().tried, HasSubstr("/run/lmbridge/control.sock and /home/a/"));
  environment["XDG_STATE_HOME"] = "/x";
  EXPECT_EQ(find().path, "/x/lmbridge/control.sock");
  environment["XDG_STATE_HOME"] = "relative";
  EXPECT_EQ(find().path, "/home/a/.local/state/lmbridge/control.sock");
}

TEST_F(SocketPaths, AreTheServicesWhereThereIsNoHome) {
  environment.clear();
  EXPECT_EQ(find().path, "/run/lmbridge/control.sock");
}

}  // namespace
}  // namespace lmbridge::ctl
