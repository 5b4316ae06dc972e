// Builds the tree of commands: what the command line may say.
#pragma once

#include "ctl/arguments.hpp"

#include <CLI/CLI.hpp>

#include <string>
#include <utility>

namespace lmbridge::ctl {

inline constexpr const char* exit_codes =
    "Exit status: 0 all is well, 1 it failed or was refused, 2 wrong usage, 3 lmbridged is not\n"
    "running, 4 not ready, or no answer in time, 5 the socket is not for you, 6 doctor has\n"
    "warnings, 70 internal error.";

/// Adds commands to `parent` that set Arguments::command to `path` and their own name.
class Commands {
 public:
  Commands(CLI::App& parent, Arguments& arguments, std::string path = "")
      : parent_(parent), arguments_(arguments), path_(std::move(path)) {}

  CLI::App& add(const std::string& name, const std::string& description);
  /// A command that does nothing without one of its own.
  Commands group(const std::string& name, const std::string& description);

 private:
  CLI::App& parent_;
  Arguments& arguments_;
  std::string path_;
};

/// --timeout
void add_timeout(CLI::App& command, Arguments& arguments, const std::string& description);

void add_page_commands(Commands page, Arguments& arguments);
void add_id_commands(Commands ids, Arguments& arguments);

}  // namespace lmbridge::ctl
