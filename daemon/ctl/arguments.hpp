// What was asked for on the command line.
#pragma once

#include "ctl/exit_code.hpp"

#include <cstddef>
#include <expected>
#include <memory>
#include <optional>
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
  /// wait, page, ids capture, in seconds; each has a default of its own
  std::optional<std::size_t> timeout;
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
  /// models update
  bool apply = false;
  bool remove = false;
  /// page, live: which one, and what of it
  std::string page;
  std::string url;
  std::string selector;
  std::string text;
  std::size_t nth = 0;
  bool gone = false;
  bool whole = false;
  std::string file;
  /// ids
  std::string mode;
  std::string target;
  bool defaults = false;
  bool append = false;
  bool no_check = false;
  bool all = false;
  std::string steps;
  std::string session;
  /// browser cookies export
  std::string format;
  /// doctor
  bool ask = false;
  /// logs
  std::size_t lines = 200;
  std::string level;
  bool follow = false;
  /// live
  std::string base_url;
  /// chat, ids capture
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
