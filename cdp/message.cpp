#include "cdp/message.hpp"

#include "base/text.hpp"
#include "cdp/fields.hpp"

#include <fmt/format.h>

#include <iterator>

namespace lmbridge::cdp {
namespace json = boost::json;
namespace {

json::parse_options options() {
  json::parse_options options;
  options.max_depth = 128;
  return options;
}

}  // namespace

MessageReader::MessageReader() : buffer_(64UL * 1024), parser_({}, options()) {}

Result<Message> MessageReader::read(std::string_view text) {
  static const json::object nothing;
  // The order matters: the old document and the parser's leftovers live in the old memory. That is
  // made anew each time because monotonic_resource::release() does not forget how far it has grown.
  document_.reset();
  parser_.reset();
  memory_.emplace(buffer_.data(), buffer_.size());
  parser_.reset(&*memory_);
  boost::system::error_code error;
  parser_.write(text.data(), text.size(), error);
  if (error) return fail(ErrorCode::internal, "not JSON: " + error.message());
  document_.emplace(parser_.release());
  const auto* object = document_->if_object();
  if (object == nullptr) return fail(ErrorCode::internal, "not a JSON object");

  const Fields fields(*object);
  Message message;
  message.method = fields.text("method");
  message.session_id = fields.text("sessionId");
  const auto* id = object->if_contains("id");
  if (id != nullptr && id->is_int64()) message.id = id->get_int64();
  if (!message.id && message.method.empty()) {
    return fail(ErrorCode::internal, "neither a reply nor an event");
  }
  const auto* body = object->if_contains(message.id ? "result" : "params");
  message.body = body != nullptr && body->is_object() ? &body->get_object() : &nothing;
  if (object->contains("error")) {
    message.error_message = fields.object("error").text("message");
    if (message.error_message.empty()) message.error_message = "unknown error";
  }
  return message;
}

void begin_command(std::string& out, std::int64_t id, std::string_view session_id,
                   std::string_view method) {
  fmt::format_to(std::back_inserter(out), R"({{"id":{},"method":"{}",)", id, method);
  if (!session_id.empty()) {
    out += R"("sessionId":)";
    base::append_json_string(out, session_id);
    out += ',';
  }
  out += R"("params":)";
}

void finish_command(std::string& out) {
  out += '}';
  out += '\0';
}

}  // namespace lmbridge::cdp
