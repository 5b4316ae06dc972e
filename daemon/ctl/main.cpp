// lmbridgectl: reads the command line and does what it says.

#include "ctl/arguments.hpp"
#include "ctl/commands.hpp"
#include "ctl/session.hpp"

#include <fmt/format.h>

#include <cstdio>
#include <exception>

namespace lmbridge::ctl {
namespace {

ExitCode run(int argc, char** argv) {
  const auto arguments = parse_arguments(argc, argv);
  if (!arguments) return arguments.error();
  const auto terminal = find_terminal();
  Client client(find_socket(arguments->socket, system_search()));
  Session session{.arguments = *arguments,
                  .client = client,
                  .terminal = terminal,
                  .style = Style(terminal.colours)};
  return find_command(arguments->command)(session);
}

}  // namespace
}  // namespace lmbridge::ctl

int main(int argc, char** argv) {
  using lmbridge::ctl::ExitCode;
  try {
    return static_cast<int>(lmbridge::ctl::run(argc, argv));
  } catch (const std::exception& failure) {  // a bug, or no memory
    fmt::print(stderr, "lmbridgectl: internal error: {}\n", failure.what());
    return static_cast<int>(ExitCode::internal);
  }
}
