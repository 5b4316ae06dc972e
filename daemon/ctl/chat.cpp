// lmbridgectl chat: one question, or a conversation.

#include "ctl/chat_stream.hpp"
#include "ctl/commands.hpp"
#include "ctl/output.hpp"
#include "ctl/spinner.hpp"

#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <iostream>
#include <iterator>
#include <optional>

namespace lmbridge::ctl {
namespace json = boost::json;
namespace {

constexpr const char* chat_path = "/v1/chat/completions";

json::object message(std::string_view role, std::string_view content) {
  return {{"role", role}, {"content", content}};
}

/// The first model that can be asked.
Outcome<std::string> find_model(Session& session) {
  const auto answer = ask(session, {.target = "/models"});
  if (!answer) return std::unexpected(answer.error());
  for (const auto& model : array(*answer, "models")) {
    if (model.is_object() && flag(model.as_object(), "usable"))
      return text(model.as_object(), "name");
  }
  return std::unexpected(Trouble{.exit = ExitCode::failed,
                                 .code = "no_model",
                                 .message = "there is no model that can be asked; lmbridgectl "
                                            "models list says why"});
}

Call call_for(const json::array& messages, std::string_view model, bool streams) {
  const json::object body{{"model", model}, {"messages", messages}, {"stream", streams}};
  // Answers take the time that they take; the daemon has limits of its own.
  return {.method = "POST",
          .target = chat_path,
          .body = json::serialize(body),
          .timeout = std::chrono::milliseconds(0)};
}

/// Prints the answer as it comes, and returns it.
Outcome<std::string> converse(Session& session, const json::array& messages,
                              std::string_view model) {
  std::optional<Spinner> spinner(std::in_place, session, "waiting for the answer");
  const bool is_shown = session.terminal.output;
  ChatStream stream([&](std::string_view piece) {
    spinner.reset();
    print(is_shown ? harmless(piece) : std::string(piece));
  });
  const auto answer = session.client.stream(call_for(messages, model, true),
                                            [&](std::string_view bytes) { stream.take(bytes); });
  spinner.reset();
  if (!stream.text().empty() && !stream.text().ends_with('\n')) print("\n");
  if (!answer) return std::unexpected(answer.error());
  if (answer->status >= 400) return std::unexpected(refusal(*answer));
  if (auto trouble = stream.trouble()) return std::unexpected(*std::move(trouble));
  return stream.text();
}

ExitCode answer_once(Session& session, const std::string& model, std::string_view prompt) {
  const json::array messages{message("user", prompt)};
  if (session.arguments.json) {
    const auto answer = ask(session, call_for(messages, model, false));
    return present(session, answer, [](const json::object&) { return std::string(); });
  }
  const auto answer = converse(session, messages, model);
  return answer ? ExitCode::success : report(session, answer.error());
}

/// On a terminal, until its end (Ctrl-D). A question that fails is forgotten.
ExitCode hold_conversation(Session& session, const std::string& model) {
  fmt::print(stderr, "Talking to {}; Ctrl-D ends it.\n", model);
  json::array messages;
  auto outcome = ExitCode::success;
  for (;;) {
    print(session.style.bold("> "));
    std::string line;
    if (!std::getline(std::cin, line)) break;
    if (line.empty()) continue;
    messages.push_back(message("user", line));
    auto answer = converse(session, messages, model);
    outcome = answer ? ExitCode::success : report(session, answer.error());
    if (answer) {
      messages.push_back(message("assistant", *answer));
    } else {
      messages.pop_back();
    }
  }
  print("\n");
  return outcome;
}

}  // namespace

ExitCode chat(Session& session) {
  const auto& arguments = session.arguments;
  const auto model =
      arguments.model.empty() ? find_model(session) : Outcome<std::string>(arguments.model);
  if (!model) return report(session, model.error());
  if (!arguments.prompt.empty()) {
    return answer_once(session, *model, fmt::format("{}", fmt::join(arguments.prompt, " ")));
  }
  if (session.terminal.input) return hold_conversation(session, *model);
  const std::string prompt(std::istreambuf_iterator<char>(std::cin), {});
  if (prompt.empty()) {
    return report(session, {.exit = ExitCode::usage,
                            .code = "no_prompt",
                            .message = "there is no question, neither behind the command nor on "
                                       "standard input"});
  }
  return answer_once(session, *model, prompt);
}

}  // namespace lmbridge::ctl
