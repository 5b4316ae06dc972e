// What was asked for on the command line.
#pragma once

#include "ctl/exit_code.hpp"

#include <cstddef>
#include <expected>
#include <memory>
#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace lmbridge::ctl {

struct Arguments {
  /// With the names of commands above it, e.g. "config get".
  std::string command;
  std::string socket;
  bool json = false;

  /// status
  bool watch = false;
  /// wait, in seconds
  std::size_t timeout = 60;
  /// config get, config set
  std::string key;
  std::string value;
  /// keys, models
  std::string name;
  /// keys add
  std::vector<std::string> models;
  /// models add
  std::string id;
  std::string type;
  bool replace = false;
  /// live
  std::string page;
  std::string base_url;
  /// chat
  std::string model;
  std::vector<std::string> prompt;
  /// completion
  std::string shell;
};

/// A command line on which nothing has been parsed yet. What is parsed goes into `arguments`, which
/// outlives it.
std::unique_ptr<CLI::App> make_app(Arguments& arguments);

/// Prints what --help and wrong usage ask for; the error is then how the program ends.
std::expected<Arguments, ExitCode> parse_arguments(int argc, const char* const* argv);

}  // namespace lmbridge::ctl
