// What may stand behind `lmbridgectl page`.
#include "ctl/command_tree.hpp"

namespace lmbridge::ctl {
namespace {

/// Commands that act in a page.
CLI::App& add_action(Commands& page, Arguments& arguments, const std::string& name,
                     const std::string& description) {
  auto& command = page.add(name, description);
  command
      .add_option("--page", arguments.page,
                  "The beginning of the page's id (needed where there are several)")
      ->type_name("ID");
  add_timeout(command, arguments, "Give up after so long (30)");
  return command;
}

/// An element, by what is written on it or by CSS.
void add_target(CLI::App& command, Arguments& arguments, const std::string& text_option,
                const std::string& text_description) {
  auto* selector =
      command.add_option("--selector", arguments.selector, "The element, by its CSS selector");
  selector->type_name("CSS");
  command.add_option(text_option, arguments.text, text_description)
      ->type_name("TEXT")
      ->excludes(selector);
  command.add_option("--nth", arguments.nth, "Which of several, from 1")
      ->type_name("N")
      ->check(CLI::Range(1, 10'000));
}

constexpr const char* by_text = "The element, by the text that a person reads on it";

void add_reading(Commands& page, Arguments& arguments) {
  add_target(add_action(page, arguments, "text", "Print what can be read of a page or an element"),
             arguments, "--text", by_text);
  add_target(add_action(page, arguments, "html", "Print the source of a page or an element"),
             arguments, "--text", by_text);
  auto& screenshot =
      add_action(page, arguments, "screenshot", "Write a picture of a page or an element (PNG)");
  screenshot.add_option("FILE", arguments.file,
                        "Where to write it; without, to standard output if that is no terminal");
  screenshot.add_flag("--whole-page", arguments.whole, "Also what does not fit into the window");
  add_target(screenshot, arguments, "--text", by_text);
  add_action(page, arguments, "eval", "Run JavaScript in a page and print its value")
      .add_option("EXPRESSION", arguments.value, "What to run; a promise is awaited")
      ->required();
}

}  // namespace

void add_page_commands(Commands page, Arguments& arguments) {
  page.add("list", "List the pages of the browser");
  page.add("open", "Open a page beside those that the daemon works in, and print its id")
      .add_option("URL", arguments.url, "What to load")
      ->required();
  add_action(page, arguments, "goto", "Load another address in a page")
      .add_option("URL", arguments.url, "What to load; \"/path\" stays on the page's site")
      ->required();
  add_target(add_action(page, arguments, "click", "Click an element, as a mouse does"), arguments,
             "--text", by_text);
  auto& type = add_action(page, arguments, "type", "Type text into a field");
  type.add_option("TEXT", arguments.value, "What to type")->required();
  add_target(type, arguments, "--label", "The field, by its label or placeholder");
  type.add_flag("--replace", arguments.replace, "In place of what stands there");
  add_action(page, arguments, "press", "Press a key")
      .add_option("KEY", arguments.key, "E.g. Enter, a or Control+Shift+A")
      ->required();
  auto& wait = add_action(page, arguments, "wait", "Wait for an element, or for an address");
  add_target(wait, arguments, "--text", by_text);
  wait.add_flag("--gone", arguments.gone, "Until it is not there any more");
  wait.add_option("--url", arguments.url, "Until the page's address has this in it")
      ->type_name("PART");
  add_reading(page, arguments);
  add_action(page, arguments, "reload", "Load a page anew");
  page.add("close", "Close a page; those that the daemon works in come again")
      .add_option("ID", arguments.page, "The beginning of its id")
      ->required();
}

}  // namespace lmbridge::ctl
