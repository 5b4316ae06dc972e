#include "app/activation.hpp"

#include "tests/unit/environment.hpp"

#include <gmock/gmock.h>

#include <cstdlib>

namespace lmbridge::app {
namespace {

using testing::HasSubstr;

TEST(Activation, TakesSocketsByTheirNamesWhateverTheirOrder) {
  const auto taken = assign({{"control", 3}, {"http", 4}});
  ASSERT_TRUE(taken);
  ASSERT_TRUE(taken->api && taken->control);
  EXPECT_EQ(taken->api->descriptor, 4);
  EXPECT_EQ(taken->api->family, http::InheritedSocket::Family::tcp);
  EXPECT_EQ(taken->control->descriptor, 3);
  EXPECT_EQ(taken->control->family, http::InheritedSocket::Family::unix_socket);
}

TEST(Activation, LeavesToTheDaemonWhatIsNotHandedOver) {
  const auto taken = assign({{"control", 3}});
  ASSERT_TRUE(taken);
  EXPECT_FALSE(taken->api);
  EXPECT_TRUE(taken->control);
}

TEST(Activation, RefusesNamesThatItDoesNotKnowAndNamesThatComeTwice) {
  const auto unknown = assign({{"lmbridged.socket", 3}});
  ASSERT_FALSE(unknown);
  EXPECT_EQ(unknown.error().code, ErrorCode::invalid_configuration);
  EXPECT_THAT(unknown.error().message, HasSubstr("\"lmbridged.socket\""));
  EXPECT_THAT(unknown.error().message, HasSubstr("FileDescriptorName="));
  const auto twice = assign({{"http", 3}, {"http", 4}});
  ASSERT_FALSE(twice);
  EXPECT_THAT(twice.error().message, HasSubstr("two sockets named \"http\""));
}

TEST(Activation, IsNoneWhereTheVariablesAreForAnotherProcess) {
  test::Environment environment;
  environment.set("LISTEN_PID", "1");
  environment.set("LISTEN_FDS", "2");
  environment.set("LISTEN_FDNAMES", "http:control");
  const auto taken = take_activation();
  ASSERT_TRUE(taken);
  EXPECT_FALSE(taken->api);
  EXPECT_FALSE(taken->control);
  // Nor must a child process take them for its own.
  EXPECT_EQ(std::getenv("LISTEN_FDS"), nullptr);
}

}  // namespace
}  // namespace lmbridge::app
