#include "cdp/protocol.hpp"

#include "base/text.hpp"

#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>

#include <initializer_list>
#include <utility>

namespace lmbridge::cdp {
namespace json = boost::json;
namespace {

/// {"name":"text",...}, without the closing brace.
void append_texts(std::string& out,
                  std::initializer_list<std::pair<std::string_view, std::string_view>> members) {
  char before = '{';
  for (const auto& [name, text] : members) {
    out += before;
    base::append_json_string(out, name);
    out += ':';
    base::append_json_string(out, text);
    before = ',';
  }
}

/// ,"browserContextId":"..." unless it is the default one.
void append_context(std::string& out, std::string_view browser_context_id) {
  if (browser_context_id.empty()) return;
  out += R"(,"browserContextId":)";
  base::append_json_string(out, browser_context_id);
}

}  // namespace

target::GetTargets::Reply target::GetTargets::Reply::read(const Fields& fields) {
  Reply reply;
  for (const auto& each : fields.objects("targetInfos")) {
    reply.targets.push_back({.target_id = std::string(each.text("targetId")),
                             .type = std::string(each.text("type")),
                             .url = std::string(each.text("url")),
                             .browser_context_id = std::string(each.text("browserContextId")),
                             .title = std::string(each.text("title")),
                             .opener_id = std::string(each.text("openerId"))});
  }
  return reply;
}

void target::CreateTarget::append_parameters(std::string& out) const {
  append_texts(out, {{"url", url}});
  append_context(out, browser_context_id);
  if (background) out += R"(,"background":true)";
  out += '}';
}

void target::CloseTarget::append_parameters(std::string& out) const {
  append_texts(out, {{"targetId", target_id}});
  out += '}';
}

void target::AttachToTarget::append_parameters(std::string& out) const {
  append_texts(out, {{"targetId", target_id}});
  out += R"(,"flatten":true})";
}

void target::DetachFromTarget::append_parameters(std::string& out) const {
  append_texts(out, {{"sessionId", session_id}});
  out += '}';
}

target::AttachedToTarget target::AttachedToTarget::read(const Fields& fields) {
  const auto info = fields.object("targetInfo");
  return {.session_id = std::string(fields.text("sessionId")),
          .target_id = std::string(info.text("targetId")),
          .type = std::string(info.text("type"))};
}

void storage::GetCookies::append_parameters(std::string& out) const {
  if (browser_context_id.empty()) {
    out += "{}";
    return;
  }
  append_texts(out, {{"browserContextId", browser_context_id}});
  out += '}';
}

storage::GetCookies::Reply storage::GetCookies::Reply::read(const Fields& fields) {
  Reply reply;
  for (const auto& each : fields.objects("cookies")) reply.cookies.push_back(Cookie::read(each));
  return reply;
}

void storage::SetCookies::append_parameters(std::string& out) const {
  out += R"({"cookies":[)";
  for (std::size_t i = 0; i < cookies.size(); ++i) {
    if (i > 0) out += ',';
    cookies[i].append(out);
  }
  out += ']';
  append_context(out, browser_context_id);
  out += '}';
}

void page::Navigate::append_parameters(std::string& out) const {
  append_texts(out, {{"url", url}});
  out += '}';
}

void page::AddScriptToEvaluateOnNewDocument::append_parameters(std::string& out) const {
  append_texts(out, {{"source", source}, {"worldName", world_name}});
  out += run_immediately ? R"(,"runImmediately":true})" : "}";
}

void page::SetWebLifecycleState::append_parameters(std::string& out) const {
  append_texts(out, {{"state", state}});
  out += '}';
}

void emulation::SetFocusEmulationEnabled::append_parameters(std::string& out) const {
  out += enabled ? R"({"enabled":true})" : R"({"enabled":false})";
}

void runtime::AddBinding::append_parameters(std::string& out) const {
  append_texts(out, {{"name", name}, {"executionContextName", execution_context_name}});
  out += '}';
}

void dom::SetFileInputFiles::append_parameters(std::string& out) const {
  append_texts(out, {{"objectId", object_id}});
  out += R"(,"files":[)";
  for (std::size_t i = 0; i < files.size(); ++i) {
    if (i > 0) out += ',';
    base::append_json_string(out, files[i]);
  }
  out += "]}";
}

void runtime::ReleaseObject::append_parameters(std::string& out) const {
  append_texts(out, {{"objectId", object_id}});
  out += '}';
}

void runtime::CallFunctionOn::append_parameters(std::string& out) const {
  const bool on_object = !object_id.empty();
  append_texts(out, {{"functionDeclaration", function_declaration},
                     {on_object ? "objectId" : "uniqueContextId",
                      on_object ? object_id : unique_context_id}});
  if (return_by_value) out += R"(,"returnByValue":true)";
  if (await_promise) out += R"(,"awaitPromise":true)";
  out += R"(,"arguments":[)";
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    out += i == 0 ? R"({"value":)" : R"(,{"value":)";
    out += arguments[i];
    out += '}';
  }
  out += "]}";
}

void runtime::Evaluate::append_parameters(std::string& out) const {
  append_texts(out, {{"expression", expression}});
  out += R"(,"awaitPromise":true,"replMode":true,"userGesture":true})";
}

runtime::CallFunctionOn::Reply runtime::CallFunctionOn::Reply::read(const Fields& fields) {
  Reply reply;
  const auto result = fields.object("result");
  reply.object_id = result.text("objectId");
  if (const auto* value = result.value("value")) {
    const auto* text = value->if_string();
    reply.value = text != nullptr ? std::string(*text) : json::serialize(*value);
  }
  const auto details = fields.object("exceptionDetails");
  reply.exception = details.object("exception").text("description");
  if (reply.exception.empty()) reply.exception = details.text("text");
  return reply;
}

runtime::ExecutionContextCreated runtime::ExecutionContextCreated::read(const Fields& fields) {
  const auto context = fields.object("context");
  const auto* aux_data = context.value("auxData");
  const auto* frame = aux_data != nullptr && aux_data->is_object()
                          ? aux_data->get_object().if_contains("frameId")
                          : nullptr;
  return {.id = context.integer("id"),
          .name = context.text("name"),
          .unique_id = context.text("uniqueId"),
          .frame_id = frame != nullptr && frame->is_string() ? std::string_view(frame->get_string())
                                                             : std::string_view()};
}

}  // namespace lmbridge::cdp
