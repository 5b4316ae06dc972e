#include "ctl/command_tree.hpp"

namespace lmbridge::ctl {

CLI::App& Commands::add(const std::string& name, const std::string& description) {
  auto& command = *parent_.add_subcommand(name, description);
  command.footer(exit_codes);
  command.final_callback(
      [this_command = path_ + name, &arguments = arguments_] { arguments.command = this_command; });
  return command;
}

Commands Commands::group(const std::string& name, const std::string& description) {
  auto& command = *parent_.add_subcommand(name, description);
  command.require_subcommand(1);
  command.footer(exit_codes);
  return {command, arguments_, path_ + name + ' '};
}

void add_timeout(CLI::App& command, Arguments& arguments, const std::string& description) {
  command.add_option("--timeout", arguments.timeout, description)
      ->type_name("SECONDS")
      ->check(CLI::Range(0, 86'400));
}

}  // namespace lmbridge::ctl
