#include "app/command_line.hpp"

#include <gmock/gmock.h>

#include <string>
#include <vector>

namespace lmbridge::app {
namespace {

using testing::HasSubstr;

class CommandLineOptions : public testing::Test {
 protected:
  std::expected<CommandLine, ExitCode> parse(std::vector<const char*> arguments) {
    arguments.insert(arguments.begin(), "lmbridged");
    testing::internal::CaptureStdout();
    testing::internal::CaptureStderr();
    auto line = parse_command_line(static_cast<int>(arguments.size()), arguments.data());
    output = testing::internal::GetCapturedStdout();
    errors = testing::internal::GetCapturedStderr();
    return line;
  }

  std::string output;
  std::string errors;
};

TEST_F(CommandLineOptions, AreTaken) {
  const auto line = parse({"--config", "c.jsonc", "--state-dir", "/s", "--listen", "[::1]:80",
                           "--log-level", "debug", "--check-config"});
  ASSERT_TRUE(line);
  EXPECT_EQ(line->config_file, "c.jsonc");
  EXPECT_EQ(line->state_directory, "/s");
  EXPECT_EQ(line->listen, "[::1]:80");
  EXPECT_EQ(line->log_level, "debug");
  EXPECT_TRUE(line->check_config);
  EXPECT_EQ(output + errors, "");
}

TEST_F(CommandLineOptions, MayBeLeftOutButForTheConfiguration) {
  const auto line = parse({"--config=c.jsonc"});
  ASSERT_TRUE(line);
  EXPECT_EQ(line->state_directory, "");
  EXPECT_EQ(line->listen, "");
  EXPECT_EQ(line->log_level, "");
  EXPECT_FALSE(line->check_config);
}

TEST_F(CommandLineOptions, ForHelpAndVersionEndInSuccess) {
  EXPECT_EQ(parse({"--help"}).error(), ExitCode::success);
  EXPECT_THAT(output, HasSubstr("--check-config"));
  EXPECT_THAT(output, HasSubstr("Exit status"));
  EXPECT_EQ(parse({"--version"}).error(), ExitCode::success);
  EXPECT_THAT(output, testing::MatchesRegex("lmbridged [0-9.]+\n"));
}

TEST_F(CommandLineOptions, ThatAreWrongEndAsWrongUsageAndSayWhy) {
  const std::vector<std::vector<const char*>> wrong{
      {},
      {"--config"},
      {"--config", "c", "--listen", "5102"},
      {"--config", "c", "--listen", "::1:80"},
      {"--config", "c", "--log-level", "loud"},
      {"--config", "c", "--log-level", "trace"},
      {"--config", "c", "--nonsense"},
      {"--config", "c", "stray"},
  };
  for (const auto& arguments : wrong) {
    const auto line = parse(arguments);
    ASSERT_FALSE(line) << testing::PrintToString(arguments);
    EXPECT_EQ(line.error(), ExitCode::usage) << testing::PrintToString(arguments);
    EXPECT_NE(errors, "") << testing::PrintToString(arguments);
    EXPECT_EQ(output, "") << testing::PrintToString(arguments);
  }
}

TEST_F(CommandLineOptions, NameTheOptionThatIsWrong) {
  EXPECT_FALSE(parse({"--config", "c", "--listen", "5102"}));
  EXPECT_THAT(errors, HasSubstr("--listen"));
  EXPECT_THAT(errors, HasSubstr("5102"));
}

TEST(CommandLineOverSettings, WinsWhereItSaysSomething) {
  settings::Settings settings;
  CommandLine line;
  apply(line, settings);
  EXPECT_EQ(settings, settings::Settings());
  line.listen = "[::1]:80";
  line.log_level = "debug";
  apply(line, settings);
  EXPECT_EQ(settings.server.host, "::1");
  EXPECT_EQ(settings.server.port, 80);
  EXPECT_EQ(settings.logging.level, base::LogLevel::debug);
}

TEST(ExitCodes, AreThoseThatScriptsRelyOn) {
  EXPECT_EQ(static_cast<int>(ExitCode::success), 0);
  EXPECT_EQ(static_cast<int>(ExitCode::check_failed), 1);
  EXPECT_EQ(static_cast<int>(ExitCode::usage), 2);
  EXPECT_EQ(static_cast<int>(ExitCode::configuration), 3);
  EXPECT_EQ(static_cast<int>(ExitCode::address_in_use), 4);
  EXPECT_EQ(static_cast<int>(ExitCode::browser), 5);
  EXPECT_EQ(static_cast<int>(ExitCode::internal), 70);
}

}  // namespace
}  // namespace lmbridge::app
