#include "app/credential.hpp"

#include "app/command_line.hpp"
#include "settings/listen.hpp"
#include "tests/unit/environment.hpp"
#include "tests/unit/temporary_directory.hpp"

#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>

namespace lmbridge::app {
namespace {

using testing::HasSubstr;

class Credential : public testing::Test {
 protected:
  Credential() { environment.set("CREDENTIALS_DIRECTORY", directory.path()); }

  void write(std::string_view text) const { std::ofstream(directory.path() / "api_key") << text; }

  std::string refusal() const {
    const auto key = api_key_credential();
    if (key) return "";
    EXPECT_EQ(key.error().code, ErrorCode::invalid_configuration);
    return key.error().message;
  }

  test::TemporaryDirectory directory;
  test::Environment environment;
};

TEST_F(Credential, IsTheKeyWithoutWhatStandsAroundIt) {
  write(" \tsk-one\r\n\n");
  EXPECT_EQ(api_key_credential(), "sk-one");
}

TEST_F(Credential, IsNoneWhereThereIsNoDirectoryNoFileOrNothingInIt) {
  EXPECT_EQ(api_key_credential(), "");
  write("\n");
  EXPECT_EQ(api_key_credential(), "");
  environment.unset("CREDENTIALS_DIRECTORY");
  EXPECT_EQ(api_key_credential(), "");
}

TEST_F(Credential, IsRefusedWhenItIsNoKeyAndNeverRepeated) {
  write("sk two");
  EXPECT_THAT(refusal(), HasSubstr("one word"));
  EXPECT_THAT(refusal(), testing::Not(HasSubstr("sk")));
  write(std::string("sk\0x", 4));
  EXPECT_THAT(refusal(), HasSubstr("one word"));
  write(std::string(1001, 'k'));
  EXPECT_THAT(refusal(), HasSubstr("too long"));
  write(std::string(100'000, 'k'));
  EXPECT_THAT(refusal(), HasSubstr("too long"));
  write(std::string(1000, 'k'));
  EXPECT_EQ(refusal(), "");
}

TEST_F(Credential, IsRefusedWhenItCanNotBeRead) {
  std::filesystem::create_directory(directory.path() / "api_key");
  EXPECT_THAT(refusal(), HasSubstr("directory"));
}

TEST(CredentialKey, IsOneMoreKeyAndOpensTheDoorToOthers) {
  CommandLine line;
  line.listen = "0.0.0.0:5102";
  settings::Settings settings;
  settings.api_keys.push_back({.name = "alice", .key = "sk-1", .models = {}});
  line.credential_key = "sk-2";
  apply(line, settings);
  ASSERT_EQ(settings.api_keys.size(), 2U);
  EXPECT_EQ(settings.api_keys[1].key, "sk-2");
  EXPECT_TRUE(settings.api_keys[1].models.empty());
  EXPECT_EQ(settings::refuse_open_door(settings), "");
  apply(CommandLine(), settings);
  EXPECT_EQ(settings.api_keys.size(), 2U);
}

}  // namespace
}  // namespace lmbridge::app
