#include "ctl/completion.hpp"

#include "ctl/commands.hpp"
#include "ctl/output.hpp"

#include <CLI/CLI.hpp>
#include <boost/json/object.hpp>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <vector>

namespace lmbridge::ctl {
namespace {

/// What may stand behind a chain of commands, e.g. " config".
struct Place {
  std::string path;
  std::vector<const CLI::App*> commands;
  std::vector<std::string> words;
};

void collect(const CLI::App& app, const std::string& path, std::vector<Place>& places) {
  Place place{.path = path, .commands = {}, .words = {}};
  for (const auto* command : app.get_subcommands(nullptr)) {
    place.commands.push_back(command);
    place.words.push_back(command->get_name());
  }
  for (const auto* option : app.get_options()) {
    for (const auto& name : option->get_lnames()) place.words.push_back("--" + name);
  }
  if (!path.empty()) place.words.insert(place.words.end(), {"--json", "--socket"});
  places.push_back(place);
  for (const auto* command : place.commands) {
    collect(*command, path + ' ' + command->get_name(), places);
  }
}

/// The cases that both bash and zsh walk: which path the words make, and what may follow it.
std::string cases(const std::vector<Place>& places, std::string_view format) {
  std::string text;
  for (const auto& place : places) {
    fmt::format_to(std::back_inserter(text), fmt::runtime(format), place.path,
                   fmt::join(place.words, " "));
  }
  return text;
}

/// "config|config get|...": words that go down the tree; all others are values.
std::string known_paths(const std::vector<Place>& places) {
  std::string text;
  for (const auto& place : places) {
    if (!place.path.empty()) text += (text.empty() ? "\"" : "|\"") + place.path + '"';
  }
  return text;
}

std::string bash_script(const std::vector<Place>& places) {
  return fmt::format(R"(# Completion for lmbridgectl in bash: source <(lmbridgectl completion bash)
_lmbridgectl() {{
  local current="${{COMP_WORDS[COMP_CWORD]}}" path="" word words=""
  for word in "${{COMP_WORDS[@]:1:COMP_CWORD-1}}"; do
    case "$path $word" in
      {}) path="$path $word" ;;
    esac
  done
  case "$path" in
{}  esac
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}}
complete -F _lmbridgectl lmbridgectl
)",
                     known_paths(places), cases(places, "    \"{}\") words=\"{}\" ;;\n"));
}

std::string zsh_script(const std::vector<Place>& places) {
  return fmt::format(R"(#compdef lmbridgectl
# Completion for lmbridgectl in zsh: source <(lmbridgectl completion zsh)
_lmbridgectl() {{
  local path_="" word
  local -a choices
  for word in "${{(@)words[2,CURRENT-1]}}"; do
    case "$path_ $word" in
      {}) path_="$path_ $word" ;;
    esac
  done
  case "$path_" in
{}  esac
  compadd -- $choices
}}
compdef _lmbridgectl lmbridgectl
)",
                     known_paths(places), cases(places, "    \"{}\") choices=({}) ;;\n"));
}

std::string fish_quoted(std::string_view text) {
  std::string quoted = "'";
  for (const char c : text)
    quoted += c == '\'' || c == '\\' ? std::string("\\") + c : std::string(1, c);
  return quoted + '\'';
}

/// That all commands of the path have been given.
std::string fish_condition(std::string_view path) {
  std::string condition;
  while (!path.empty()) {
    path.remove_prefix(1);
    const auto end = std::min(path.find(' '), path.size());
    condition += fmt::format("{}__fish_seen_subcommand_from {}", condition.empty() ? "" : "; and ",
                             path.substr(0, end));
    path.remove_prefix(end);
  }
  return condition.empty() ? "__fish_use_subcommand" : condition;
}

std::string fish_script(const std::vector<Place>& places) {
  std::string text =
      "# Completion for lmbridgectl in fish: lmbridgectl completion fish | source\n"
      "complete -c lmbridgectl -f\n";
  for (const auto& place : places) {
    const auto condition = fish_condition(place.path);
    for (const auto* command : place.commands) {
      text += fmt::format("complete -c lmbridgectl -n '{}' -a {} -d {}\n", condition,
                          command->get_name(), fish_quoted(command->get_description()));
    }
    for (const auto& word : place.words) {
      if (!word.starts_with("--")) continue;
      const auto where = place.path.empty() ? std::string() : fmt::format(" -n '{}'", condition);
      text += fmt::format("complete -c lmbridgectl{} -l {}\n", where, word.substr(2));
    }
  }
  return text;
}

}  // namespace

std::string completion_script(const CLI::App& app, std::string_view shell) {
  std::vector<Place> places;
  collect(app, "", places);
  if (shell == "bash") return bash_script(places);
  return shell == "zsh" ? zsh_script(places) : fish_script(places);
}

ExitCode print_completion(Session& session) {
  Arguments none;
  auto script = completion_script(*make_app(none), session.arguments.shell);
  const boost::json::object body{{"shell", session.arguments.shell}, {"script", script}};
  return present(session, body, [&](const boost::json::object&) { return script; });
}

}  // namespace lmbridge::ctl
