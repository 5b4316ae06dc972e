#include "ctl/arguments.hpp"

#include "ctl/command_tree.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <cstdio>

namespace lmbridge::ctl {
namespace {

void add_state_commands(Commands commands, Arguments& arguments) {
  auto& status = commands.add("status", "Show how the daemon is doing, and what to do next");
  status.add_flag("--watch", arguments.watch, "Show it anew every second, until Ctrl-C");
  auto& wait = commands.add("wait", "Wait until the daemon takes requests");
  wait.add_flag("--ready")->description("What to wait for")->required();
  add_timeout(wait, arguments, "Give up after so long (60)");
}

void add_config_commands(Commands config, Arguments& arguments) {
  config.add("check", "Name every problem of the configuration files");
  const auto key = [&arguments](CLI::App& command) {
    command.add_option("KEY", arguments.key, "With dots, e.g. server.listen")->required();
  };
  key(config.add("get", "Print the value of one key"));
  auto& set = config.add("set", "Change one key in config.jsonc and take it up");
  key(set);
  set.add_option("VALUE", arguments.value,
                 "As JSON: 5, true, [\"a\"]; what is no JSON is taken as a text")
      ->required();
  config.add("show", "Print every key with its value; secrets are not shown");
  config.add("path", "Print where the configuration files lie");
}

void add_intake_commands(Commands commands) {
  commands.add("reload", "Take up the configuration files as they are now");
  commands.add("drain", "Refuse new requests; those that have come are answered");
  commands.add("resume", "Let requests in again");
}

void add_browser_commands(Commands browser, Arguments& arguments) {
  browser.add("restart", "Start a fresh browser");
  auto cookies = browser.group("cookies", "Take over a sign-in from another browser, or give it");
  auto& given = cookies.add("export", "Print or write the cookies: as good as a password");
  given.add_option("FILE", arguments.file, "Where to write them, for you alone (standard output)");
  given.add_option("--format", arguments.format, "json or netscape, a cookies.txt (json)")
      ->type_name("FORMAT")
      ->check(CLI::IsMember({"json", "netscape"}));
  cookies.add("import", "Give the browser the cookies of a file, JSON or cookies.txt")
      .add_option("FILE", arguments.file, "What another browser exported; - is standard input")
      ->required();
}

void add_key_commands(Commands keys, Arguments& arguments) {
  auto& add = keys.add("add", "Make an API key and print it, once: only its hash is kept");
  add.add_option("NAME", arguments.name, "Whose key it is")->required();
  add.add_option("--model", arguments.models, "A model that it is good for; without, for all")
      ->type_name("MODEL")
      ->allow_extra_args(false);
  keys.add("list", "List the API keys by their names");
  keys.add("remove", "Make an API key useless")
      .add_option("NAME", arguments.name, "Whose key it is")
      ->required();
}

void add_model_commands(Commands models, Arguments& arguments) {
  models.add("list", "List the models and whether they can be asked");
  auto& add = models.add("add", "Write a model into models.json");
  add.add_option("NAME", arguments.name, "What clients call it")->required();
  add.add_option("--id", arguments.id, "What the site calls it; without, the session decides")
      ->type_name("ID");
  add.add_option("--type", arguments.type, "text, image or search (text)")
      ->type_name("TYPE")
      ->check(CLI::IsMember({"text", "image", "search"}));
  add.add_flag("--replace", arguments.replace, "Also where there is one of this name");
  auto& update = models.add("update", "Read the site's list of models from its page");
  update.add_flag("--apply", arguments.apply, "Put what is new or different into models.json");
  update.add_flag("--remove", arguments.remove,
                  "With --apply, also take out what the site does not list any more");
  models.add("remove", "Take a model out of models.json")
      .add_option("NAME", arguments.name, "What clients call it")
      ->required();
}

void add_trouble_commands(Commands commands, Arguments& arguments) {
  commands.add("doctor", "Look at everything that an answer needs, and say how to mend it")
      .add_flag("--ask", arguments.ask, "Also ask one small question");
  auto& logs = commands.add("logs", "Print the last lines of the daemon's log");
  logs.add_option("--lines,-n", arguments.lines, "So many (200)")
      ->type_name("N")
      ->check(CLI::Range(0, 1000));
  logs.add_option("--level", arguments.level, "Those of this level and above")
      ->type_name("LEVEL")
      ->check(CLI::IsMember({"trace", "debug", "info", "warning", "error"}));
  logs.add_flag("--follow,-f", arguments.follow, "Go on with those that come, until Ctrl-C");
  commands.add("bugreport", "Gather what is needed to find out what is wrong, without secrets")
      .add_option("FILE", arguments.file, "Where to write it (standard output)");
}

void add_live_command(Commands commands, Arguments& arguments) {
  auto& live = commands.add(
      "live", "Look at the browser's page and act in it, to sign in for example, by a link");
  live.add_option("--page", arguments.page, "The page to begin with (the daemon's own)")
      ->type_name("ID");
  live.add_option("--base-url", arguments.base_url,
                  "What the link begins with, where it is not the daemon's own address")
      ->type_name("URL");
}

void add_other_commands(Commands commands, Arguments& arguments) {
  auto& chat = commands.add("chat", "Ask a model, and print its answer as it comes");
  chat.add_option("--model", arguments.model, "The model (the first that can be asked)")
      ->type_name("MODEL");
  chat.add_option("PROMPT", arguments.prompt,
                  "The question; without, standard input, or a conversation on a terminal");
  commands.add("completion", "Print a script that completes commands for a shell")
      .add_option("SHELL", arguments.shell, "bash, zsh or fish")
      ->required()
      ->check(CLI::IsMember({"bash", "zsh", "fish"}));
  commands.add("version", "Print the versions of lmbridgectl and of the daemon");
}

/// Without it the library says that a command is missing where one is misspelt.
bool is_missing_command(const CLI::ParseError& error) {
  return dynamic_cast<const CLI::RequiredError*>(&error) != nullptr;
}

}  // namespace

std::unique_ptr<CLI::App> make_app(Arguments& arguments) {
  auto app = std::make_unique<CLI::App>(
      "lmbridgectl shows how lmbridged, which serves LMArena to OpenAI clients, is doing, and "
      "manages it.",
      "lmbridgectl");
  app->require_subcommand(1);
  app->fallthrough();
  app->add_option("--socket", arguments.socket,
                  "The daemon's control socket (default: $LMBRIDGE_SOCKET, else\n"
                  "/run/lmbridge/control.sock, else control.sock in lmbridge below\n"
                  "$XDG_STATE_HOME or ~/.local/state)")
      ->type_name("PATH");
  app->add_flag("--json", arguments.json, "Print JSON, errors too, in one line");
  app->set_version_flag("--version", "lmbridgectl " LMBRIDGE_VERSION);
  app->footer(exit_codes);
  Commands commands(*app, arguments);
  add_state_commands(commands, arguments);
  add_config_commands(commands.group("config", "Show, check and change the configuration"),
                      arguments);
  add_intake_commands(commands);
  add_browser_commands(commands.group("browser", "Manage the browser"), arguments);
  add_key_commands(commands.group("keys", "Manage the API keys of clients"), arguments);
  add_model_commands(commands.group("models", "Manage the models that clients can ask"), arguments);
  add_page_commands(commands.group("page", "Look at the browser's pages and act in them"),
                    arguments);
  add_id_commands(commands.group("ids", "Manage the sessions of the site that are asked"),
                  arguments);
  add_trouble_commands(commands, arguments);
  add_live_command(commands, arguments);
  add_other_commands(commands, arguments);
  return app;
}

std::expected<Arguments, ExitCode> parse_arguments(int argc, const char* const* argv) {
  Arguments arguments;
  const auto app = make_app(arguments);
  try {
    app->parse(argc, argv);
  } catch (const CLI::ParseError& error) {  // --help and --version come this way too
    if (const auto stray = app->remaining(true); is_missing_command(error) && !stray.empty()) {
      fmt::print(stderr, "lmbridgectl: there is no command \"{}\"; see lmbridgectl --help\n",
                 stray.front());
      return std::unexpected(ExitCode::usage);
    }
    return std::unexpected(app->exit(error) == 0 ? ExitCode::success : ExitCode::usage);
  }
  return arguments;
}

}  // namespace lmbridge::ctl
