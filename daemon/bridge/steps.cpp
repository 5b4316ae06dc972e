#include "bridge/steps.hpp"

#include "base/text.hpp"
#include "bridge/keyboard.hpp"
#include "settings/files.hpp"
#include "settings/section.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <array>
#include <optional>
#include <utility>

namespace lmbridge::bridge {
using boost::asio::awaitable;
using settings::Section;

namespace {

constexpr std::size_t most_steps = 10'000;
constexpr std::chrono::seconds shortest_timeout{0};
constexpr std::chrono::seconds longest_timeout{3600};

/// Both keys name an element, one by CSS and one by what is written on it.
ElementTarget read_target(Section& section, std::string_view text_key, bool required) {
  ElementTarget target;
  section.read("selector", target.selector);
  section.read(text_key, target.text);
  section.read("nth", target.nth, 1, 10'000);
  const bool has_both = !target.selector.empty() && !target.text.empty();
  if (has_both) section.refuse(text_key, "one of \"selector\" and this");
  if (required && !target.is_set() && !section.has("selector") && !section.has(text_key)) {
    section.require("selector", target.selector);
  }
  if (section.has("selector") && target.selector.empty()) {
    section.refuse("selector", "a CSS selector");
  }
  return target;
}

PageCommand read_goto(Section& section) {
  page_command::Goto command;
  section.require("url", command.url);
  return command;
}

PageCommand read_reload(Section&) {
  return page_command::Reload{};
}

PageCommand read_click(Section& section) {
  return page_command::Click{.target = read_target(section, "text", true)};
}

PageCommand read_type(Section& section) {
  page_command::Type command{.target = read_target(section, "label", true), .text = {}};
  section.require("text", command.text);
  section.read("replace", command.replaces);
  return command;
}

PageCommand read_press(Section& section) {
  page_command::Press command;
  section.require("key", command.key);
  if (!command.key.empty() && !key_events(command.key)) {
    section.refuse("key", "one character or a name such as \"Enter\", with \"Control+\" before it");
  }
  return command;
}

PageCommand read_wait(Section& section) {
  page_command::Wait command{.target = read_target(section, "text", !section.has("url"))};
  section.read("url", command.url);
  section.read(
      "state", command.state,
      {{"visible", page_command::Awaited::visible}, {"gone", page_command::Awaited::gone}});
  if (section.has("url") && (command.url.empty() || command.target.is_set())) {
    section.refuse("url", "a part of an address, and no element beside it");
  }
  return command;
}

PageCommand read_text(Section& section) {
  return page_command::Text{.target = read_target(section, "text", false)};
}

PageCommand read_html(Section& section) {
  return page_command::Html{.target = read_target(section, "text", false)};
}

PageCommand read_screenshot(Section& section) {
  page_command::Screenshot command{.target = read_target(section, "text", false)};
  section.read("whole_page", command.whole_page);
  return command;
}

PageCommand read_eval(Section& section) {
  page_command::Eval command;
  section.require("expression", command.expression);
  return command;
}

struct Reader {
  std::string_view name;
  PageCommand (*read)(Section&);
};

constexpr auto readers = std::to_array<Reader>({{"goto", read_goto},
                                                {"reload", read_reload},
                                                {"click", read_click},
                                                {"type", read_type},
                                                {"press", read_press},
                                                {"wait", read_wait},
                                                {"text", read_text},
                                                {"html", read_html},
                                                {"screenshot", read_screenshot},
                                                {"eval", read_eval}});

std::string names_of_commands() {
  std::string names;
  for (const auto& reader : readers)
    names += fmt::format("{}{}", names.empty() ? "" : ", ", reader.name);
  return names;
}

/// What is read, and where: one file or one request.
struct Source {
  std::string_view name;
  std::string_view text;
  settings::Diagnostics& diagnostics;
};

std::optional<Step> read_step(const settings::JsoncNode& node, const std::string& path,
                              const Source& source) {
  Section section(&node, path, source.diagnostics);
  if (!std::holds_alternative<settings::JsoncNode::Members>(node.value)) return std::nullopt;
  Step step;
  section.read("timeout_seconds", step.timeout, shortest_timeout, longest_timeout);
  std::vector<Reader> found;
  for (const auto& reader : readers) {
    if (section.has(reader.name)) found.push_back(reader);
  }
  if (found.size() != 1) {
    source.diagnostics.error(
        node.begin, fmt::format("{}: a step has exactly one of {}", path, names_of_commands()));
    for (const auto& reader : found) section.section(reader.name);
    return std::nullopt;
  }
  auto inner = section.section(found.front().name);
  step.command = found.front().read(inner);
  step.place = fmt::format("{}:{}: {}", source.name,
                           settings::position_of(source.text, node.begin).line, found.front().name);
  return step;
}

/// Everything that is wrong; what is a warning elsewhere is a mistake here.
std::optional<Error> problems(const settings::Diagnostics& diagnostics) {
  auto lines = diagnostics.errors();
  for (auto& line : diagnostics.warnings()) lines.push_back(std::move(line));
  if (lines.empty()) return std::nullopt;
  return Error{.code = ErrorCode::invalid_configuration,
               .message = fmt::format("{}", fmt::join(lines, "\n"))};
}

std::vector<Step> read_list(const settings::JsoncNode& root, const Source& source) {
  std::vector<Step> steps;
  const auto* items = std::get_if<settings::JsoncNode::Items>(&root.value);
  if (items == nullptr || items->size() > most_steps) {
    source.diagnostics.error(root.begin,
                             fmt::format("found {}, allowed: an array of at most {} steps",
                                         settings::kind(root), most_steps));
    return steps;
  }
  for (std::size_t i = 0; i < items->size(); ++i) {
    auto step = read_step((*items)[i], fmt::format("step {}", i + 1), source);
    if (step) steps.push_back(*std::move(step));
  }
  return steps;
}

Result<settings::JsoncNode> parse_text(std::string_view name, std::string_view text) {
  auto root = settings::parse_jsonc(text);
  if (root) return *std::move(root);
  const auto [line, column] = settings::position_of(text, root.error().offset);
  return fail(ErrorCode::invalid_configuration,
              fmt::format("{}:{}:{}: {}", name, line, column, root.error().reason));
}

}  // namespace

Result<std::vector<Step>> parse_steps(std::string_view name, std::string_view text) {
  const auto root = parse_text(name, text);
  if (!root) return std::unexpected(root.error());
  settings::Diagnostics diagnostics(std::string(name), text);
  auto steps = read_list(*root, {.name = name, .text = text, .diagnostics = diagnostics});
  if (auto error = problems(diagnostics)) return std::unexpected(*std::move(error));
  return steps;
}

Result<std::vector<Step>> load_steps(const std::filesystem::path& file) {
  const auto text = settings::read_file(file);
  if (!text) return std::unexpected(text.error());
  return parse_steps(file.filename().string(), *text);
}

Result<Step> parse_step(std::string_view text) {
  constexpr std::string_view name = "command";
  const auto root = parse_text(name, text);
  if (!root) return std::unexpected(root.error());
  settings::Diagnostics diagnostics(std::string(name), text);
  auto step =
      read_step(*root, "the step", {.name = name, .text = text, .diagnostics = diagnostics});
  if (auto error = problems(diagnostics)) return std::unexpected(*std::move(error));
  if (!step) return fail(ErrorCode::invalid_configuration, "the step must be an object");
  return *std::move(step);
}

awaitable<Result<void>> play(PageCommands& page, std::span<const Step> steps,
                             StepObserver on_reply) {
  for (const auto& step : steps) {
    const auto reply = co_await page.run(step.command, step.timeout);
    if (!reply) {
      co_return fail(reply.error().code, fmt::format("{}: {}", step.place, reply.error().message),
                     reply.error());
    }
    if (on_reply) on_reply(step, *reply);
  }
  co_return Result<void>();
}

}  // namespace lmbridge::bridge
