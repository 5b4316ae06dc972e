// lmbridged: reads the command line and the configuration, then runs.

#include "app/activation.hpp"
#include "app/command_line.hpp"
#include "app/credential.hpp"
#include "app/daemon.hpp"
#include "settings/listen.hpp"
#include "settings/load.hpp"

#include <fmt/format.h>

#include <csignal>
#include <cstdio>
#include <exception>
#include <utility>

namespace lmbridge::app {
namespace {

void print_problems(const settings::Loaded& loaded) {
  for (const auto& warning : loaded.warnings) fmt::print(stderr, "warning: {}\n", warning);
  for (const auto& error : loaded.errors) fmt::print(stderr, "error: {}\n", error);
}

ExitCode refuse(const Error& error) {
  fmt::print(stderr, "error: {}\n", error.message);
  return ExitCode::configuration;
}

ExitCode run(int argc, char** argv) {
  auto line = parse_command_line(argc, argv);
  if (!line) return line.error();
  const auto activation = take_activation();
  if (!activation) return refuse(activation.error());
  // Whether others can reach us is a question of where we really listen.
  if (activation->api) line->listen = activation->api_address;
  auto credential = api_key_credential();
  if (!credential) return refuse(credential.error());
  line->credential_key = *std::move(credential);
  auto loaded = settings::load(line->config_file);
  apply(*line, loaded.settings);
  if (auto refusal = settings::refuse_open_door(loaded.settings); !refusal.empty()) {
    loaded.errors.push_back(std::move(refusal));
  }
  print_problems(loaded);
  if (line->check_config) {
    if (!loaded.errors.empty()) return ExitCode::check_failed;
    fmt::print("{}: no errors, {} models, {} with sessions of their own\n", line->config_file,
               loaded.settings.models.models().size(), loaded.settings.endpoints.pools().size());
    return ExitCode::success;
  }
  if (!loaded.errors.empty()) {
    fmt::print(stderr,
               "lmbridged: not started: mend the errors above (lmbridged --check-config "
               "shows them again)\n");
    return ExitCode::configuration;
  }
  return run_daemon(*line, *activation, loaded);
}

}  // namespace
}  // namespace lmbridge::app

int main(int argc, char** argv) {
  // A closed pipe is an error where it is written to, not the end of the process.
  std::signal(SIGPIPE, SIG_IGN);
  try {
    return static_cast<int>(lmbridge::app::run(argc, argv));
  } catch (const std::exception& exception) {  // the root: a bug, or memory has run out
    fmt::print(stderr, "lmbridged: internal error: {}\n", exception.what());
    return static_cast<int>(lmbridge::app::ExitCode::internal);
  }
}
