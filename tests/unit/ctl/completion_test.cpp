#include "ctl/completion.hpp"

#include "ctl/arguments.hpp"

#include <CLI/CLI.hpp>
#include <gmock/gmock.h>

#include <cstdio>
#include <memory>

namespace lmbridge::ctl {
namespace {

using testing::HasSubstr;

std::string script(std::string_view shell) {
  Arguments none;
  return completion_script(*make_app(none), shell);
}

/// What bash offers when a Tab follows `words`, the last of which is being typed.
std::string offered(const std::string& words) {
  const auto command = "bash -c '" + script("bash") + "\nCOMP_WORDS=(" + words +
                       "); COMP_CWORD=$((${#COMP_WORDS[@]}-1)); _lmbridgectl; echo "
                       "\"${COMPREPLY[*]}\"'";
  const std::unique_ptr<FILE, int (*)(FILE*)> pipe(popen(command.c_str(), "r"), pclose);
  std::string text(1000, '\0');
  text.resize(std::fread(text.data(), 1, text.size(), pipe.get()));
  return text;
}

TEST(BashCompletion, OffersWhatMayFollow) {
  EXPECT_EQ(offered("lmbridgectl st"), "status\n");
  EXPECT_EQ(offered("lmbridgectl config \"\""), "check get set show path --help --json --socket\n");
  EXPECT_EQ(offered("lmbridgectl --socket /s keys re"), "remove\n");
  EXPECT_EQ(offered("lmbridgectl models add name --t"), "--type\n");
  EXPECT_EQ(offered("lmbridgectl nothing"), "\n");
}

TEST(CompletionScripts, AreForTheirShell) {
  EXPECT_THAT(script("zsh"), testing::StartsWith("#compdef lmbridgectl\n"));
  EXPECT_THAT(script("zsh"), HasSubstr("\" browser\") choices=(restart "));
  EXPECT_THAT(
      script("fish"),
      HasSubstr("complete -c lmbridgectl -n '__fish_seen_subcommand_from keys' -a add -d "));
  EXPECT_THAT(
      script("fish"),
      HasSubstr("-n '__fish_seen_subcommand_from keys; and __fish_seen_subcommand_from add' "
                "-l model\n"));
}

}  // namespace
}  // namespace lmbridge::ctl
