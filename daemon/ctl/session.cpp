#include "ctl/session.hpp"

#include <boost/json/parse.hpp>
#include <fmt/format.h>

#include <cctype>

namespace lmbridge::ctl {
namespace json = boost::json;
namespace {

Outcome<json::object> parse_object(std::string_view body) {
  boost::system::error_code error;
  auto parsed = json::parse(body, error);
  if (!error && parsed.is_object()) return std::move(parsed.as_object());
  return std::unexpected(Trouble{.exit = ExitCode::failed,
                                 .code = "no_json",
                                 .message = "what answers at the socket is not lmbridged: its "
                                            "answer is no JSON object"});
}

std::string text_of(const json::object& object, std::string_view key) {
  const auto* value = object.if_contains(key);
  return value != nullptr && value->is_string() ? std::string(value->as_string()) : std::string();
}

bool is_about_time(std::string_view code) {
  return code == "timed_out" || code == "shutting_down" || code == "draining" ||
         code == "page_not_ready" || code == "verification_required" || code == "sign_in_required";
}

}  // namespace

Trouble trouble_of(const json::object& error) {
  auto code = text_of(error, "code");
  const auto exit = is_about_time(code) ? ExitCode::not_ready : ExitCode::failed;
  return {.exit = exit, .code = std::move(code), .message = text_of(error, "message")};
}

Trouble refusal(const Answer& answer) {
  const auto body = parse_object(answer.body);
  const auto* error = body ? body->if_contains("error") : nullptr;
  if (error == nullptr || !error->is_object()) {
    return {.exit = ExitCode::failed,
            .code = "http",
            .message = fmt::format("the daemon answered with status {}", answer.status)};
  }
  return trouble_of(error->as_object());
}

Outcome<json::object> ask(Session& session, const Call& call) {
  const auto answer = session.client.ask(call);
  if (!answer) return std::unexpected(answer.error());
  if (answer->status >= 400) return std::unexpected(refusal(*answer));
  return parse_object(answer->body);
}

std::string percent_encoded(std::string_view name) {
  std::string encoded;
  for (const char c : name) {
    const auto byte = static_cast<unsigned char>(c);
    const bool is_plain =
        byte < 0x80 && (std::isalnum(byte) != 0 || c == '-' || c == '.' || c == '_');
    encoded += is_plain ? std::string(1, c) : fmt::format("%{:02X}", byte);
  }
  return encoded;
}

}  // namespace lmbridge::ctl
