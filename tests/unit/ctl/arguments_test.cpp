#include "ctl/arguments.hpp"

#include "ctl/commands.hpp"

#include <CLI/CLI.hpp>
#include <gmock/gmock.h>

#include <string>
#include <vector>

namespace lmbridge::ctl {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class ClientArguments : public testing::Test {
 protected:
  std::expected<Arguments, ExitCode> parse(std::vector<const char*> words) {
    words.insert(words.begin(), "lmbridgectl");
    testing::internal::CaptureStdout();
    testing::internal::CaptureStderr();
    auto arguments = parse_arguments(static_cast<int>(words.size()), words.data());
    output = testing::internal::GetCapturedStdout();
    errors = testing::internal::GetCapturedStderr();
    return arguments;
  }

  std::string output;
  std::string errors;
};

/// The names of all commands that do something.
void collect(const CLI::App& app, const std::string& path, std::vector<std::string>& names) {
  const auto commands = app.get_subcommands(nullptr);
  if (commands.empty()) names.push_back(path);
  for (const auto* command : commands) {
    collect(*command, path + (path.empty() ? "" : " ") + command->get_name(), names);
  }
}

TEST_F(ClientArguments, NameACommandThatThereIsEach) {
  Arguments none;
  std::vector<std::string> names;
  collect(*make_app(none), "", names);
  EXPECT_GT(names.size(), 30U);
  for (const auto& name : names) EXPECT_NE(find_command(name), nullptr) << name;
  EXPECT_EQ(find_command("config"), nullptr);
}

TEST_F(ClientArguments, AreTaken) {
  const auto set = parse({"config", "set", "server.hosts", "[\"a\"]"});
  ASSERT_TRUE(set);
  EXPECT_EQ(set->command, "config set");
  EXPECT_EQ(set->key, "server.hosts");
  EXPECT_EQ(set->value, "[\"a\"]");
  const auto add = parse({"keys", "add", "alice", "--model", "a", "--model", "b"});
  ASSERT_TRUE(add);
  EXPECT_EQ(add->name, "alice");
  EXPECT_THAT(add->models, ElementsAre("a", "b"));
  const auto chat = parse({"chat", "--model", "m", "What", "is", "this?"});
  ASSERT_TRUE(chat);
  EXPECT_THAT(chat->prompt, ElementsAre("What", "is", "this?"));
}

TEST_F(ClientArguments, ForAllCommandsStandInFrontOfThemOrBehind) {
  for (const auto& words : {std::vector<const char*>{"--json", "--socket", "/s", "models", "list"},
                            std::vector<const char*>{"models", "list", "--json", "--socket", "/s"},
                            std::vector<const char*>{"models", "--json", "list", "--socket=/s"}}) {
    const auto arguments = parse(words);
    ASSERT_TRUE(arguments);
    EXPECT_EQ(arguments->command, "models list");
    EXPECT_TRUE(arguments->json);
    EXPECT_EQ(arguments->socket, "/s");
  }
}

TEST_F(ClientArguments, ThatAreWrongSayWhy) {
  EXPECT_EQ(parse({"stauts"}).error(), ExitCode::usage);
  EXPECT_THAT(errors, HasSubstr("there is no command \"stauts\""));
  EXPECT_EQ(parse({"keys", "ad", "x"}).error(), ExitCode::usage);
  EXPECT_THAT(errors, HasSubstr("\"ad\""));
  EXPECT_EQ(parse({}).error(), ExitCode::usage);
  EXPECT_EQ(parse({"wait"}).error(), ExitCode::usage);
  EXPECT_EQ(parse({"completion", "csh"}).error(), ExitCode::usage);
  EXPECT_EQ(output, "");
}

TEST_F(ClientArguments, ForHelpBeginWithWhatTheProgramIsFor) {
  EXPECT_EQ(parse({"--help"}).error(), ExitCode::success);
  EXPECT_THAT(output, testing::StartsWith("lmbridgectl shows how lmbridged"));
  EXPECT_THAT(output, HasSubstr("Exit status"));
  EXPECT_EQ(parse({"keys", "add", "--help"}).error(), ExitCode::success);
  EXPECT_THAT(output, testing::StartsWith("Make an API key"));
}

TEST(ClientExitCodes, AreThoseThatScriptsRelyOn) {
  EXPECT_EQ(static_cast<int>(ExitCode::success), 0);
  EXPECT_EQ(static_cast<int>(ExitCode::failed), 1);
  EXPECT_EQ(static_cast<int>(ExitCode::usage), 2);
  EXPECT_EQ(static_cast<int>(ExitCode::not_running), 3);
  EXPECT_EQ(static_cast<int>(ExitCode::not_ready), 4);
  EXPECT_EQ(static_cast<int>(ExitCode::permission_denied), 5);
  EXPECT_EQ(static_cast<int>(ExitCode::internal), 70);
}

}  // namespace
}  // namespace lmbridge::ctl
