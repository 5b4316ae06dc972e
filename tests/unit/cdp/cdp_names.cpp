// Prints every DevTools command and event of the files cdp/protocol*.hpp with the names that the
// code really uses, as JSON, for the test that compares them with the npm package
// devtools-protocol:
//
//   {"commands":[{"method":"Page.navigate","parameters":["url"],"reply":["errorText"]}, ...],
//    "events":[{"method":"Runtime.bindingCalled","fields":["executionContextId", ...]}, ...]}
//
// Names inside objects are paths ("context.id"); those inside arrays look the same.

#include "cdp/protocol.hpp"
#include "cdp/protocol_input.hpp"
#include "cdp/protocol_network.hpp"
#include "cdp/protocol_page.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <cstdio>
#include <string>
#include <utility>
#include <vector>

namespace lmbridge::cdp {
namespace {

namespace json = boost::json;

void collect_paths(const json::value& value, const std::string& path, Fields::Recorder& paths) {
  if (const auto* object = value.if_object()) {
    for (const auto& member : *object) {
      const auto member_path = path + std::string(member.key());
      paths.insert(member_path);
      collect_paths(member.value(), member_path + '.', paths);
    }
  } else if (const auto* array = value.if_array()) {
    for (const auto& item : *array) collect_paths(item, path, paths);
  }
}

json::array names(const Fields::Recorder& paths) {
  json::array names;
  for (const auto& path : paths) names.emplace_back(path);
  return names;
}

template <class Command>
json::object describe_command(const Command& command) {
  std::string text;
  command.append_parameters(text);
  Fields::Recorder parameters;
  collect_paths(json::parse(text), "", parameters);
  Fields::Recorder reply;
  const json::object nothing;
  Command::Reply::read(Fields(nothing, &reply));
  return {{"method", Command::method}, {"parameters", names(parameters)}, {"reply", names(reply)}};
}

template <class Event>
json::object describe_event() {
  Fields::Recorder fields;
  const json::object nothing;
  if constexpr (requires(const Fields& each) { Event::read(each); }) {
    (void)Event::read(Fields(nothing, &fields));
  }
  return {{"method", Event::method}, {"fields", names(fields)}};
}

/// With everything that a cookie can have.
std::vector<Cookie> every_kind_of_cookie() {
  Cookie cookie{.name = "n",
                .domain = ".site.test",
                .expires = 1,
                .same_site = "Lax",
                .priority = "High",
                .source_scheme = "Secure",
                .source_port = 443,
                .partition_site = "https://site.test"};
  auto of_one_host = cookie;
  of_one_host.domain = "site.test";
  return {std::move(cookie), std::move(of_one_host)};
}

json::array operator_commands() {
  return {describe_command(target::AttachToBrowserTarget{}),
          describe_command(target::SetAutoAttach{}),
          describe_command(target::DetachFromTarget{}),
          describe_command(runtime::Evaluate{}),
          describe_command(input::DispatchMouseEvent{
              .type = "mouseWheel", .modifiers = input::alt, .click_count = 1}),
          describe_command(input::DispatchKeyEvent{.type = {},
                                                   .modifiers = input::shift,
                                                   .key = "a",
                                                   .code = "KeyA",
                                                   .text = "a",
                                                   .windows_virtual_key_code = 65,
                                                   .location = 1,
                                                   .auto_repeat = true}),
          describe_command(input::DispatchTouchEvent{
              .type = {}, .points = {{.x = 1, .y = 2, .id = 3}}, .modifiers = input::meta}),
          describe_command(input::InsertText{}),
          describe_command(emulation::SetDeviceMetricsOverride{}),
          describe_command(emulation::SetTouchEmulationEnabled{}),
          describe_command(network::Enable{}),
          describe_command(network::GetRequestPostData{}),
          describe_command(page::Reload{}),
          describe_command(page::BringToFront{}),
          describe_command(page::GetNavigationHistory{}),
          describe_command(page::NavigateToHistoryEntry{}),
          describe_command(page::HandleJavaScriptDialog{.prompt_text = "t"}),
          describe_command(page::SetInterceptFileChooserDialog{}),
          describe_command(page::GetLayoutMetrics{}),
          describe_command(page::CaptureScreenshot{.quality = 1, .width = 1, .height = 1}),
          describe_command(page::StartScreencast{}),
          describe_command(page::StopScreencast{}),
          describe_command(page::ScreencastFrameAck{})};
}

json::array commands() {
  return {describe_command(browser::GetVersion{}),
          describe_command(browser::Close{}),
          describe_command(target::GetTargets{}),
          describe_command(
              target::CreateTarget{.url = {}, .browser_context_id = "c", .background = true}),
          describe_command(target::CloseTarget{}),
          describe_command(target::CreateBrowserContext{}),
          describe_command(target::AttachToTarget{}),
          describe_command(storage::GetCookies{.browser_context_id = "c"}),
          describe_command(
              storage::SetCookies{.cookies = every_kind_of_cookie(), .browser_context_id = "c"}),
          describe_command(page::Enable{}),
          describe_command(page::Navigate{}),
          describe_command(page::AddScriptToEvaluateOnNewDocument{
              .source = {}, .world_name = {}, .run_immediately = true}),
          describe_command(page::Crash{}),
          describe_command(page::SetWebLifecycleState{}),
          describe_command(emulation::SetFocusEmulationEnabled{}),
          describe_command(inspector::Enable{}),
          describe_command(runtime::Enable{}),
          describe_command(runtime::AddBinding{}),
          describe_command(dom::SetFileInputFiles{.files = {"f"}, .object_id = {}}),
          describe_command(runtime::CallFunctionOn{
              .function_declaration = {}, .arguments = {"1"}, .await_promise = true}),
          describe_command(runtime::CallFunctionOn{.function_declaration = {}, .object_id = "o"}),
          describe_command(runtime::ReleaseObject{})};
}

json::array events() {
  return {describe_event<target::DetachedFromTarget>(),
          describe_event<inspector::TargetCrashed>(),
          describe_event<runtime::BindingCalled>(),
          describe_event<runtime::ExecutionContextCreated>(),
          describe_event<runtime::ExecutionContextDestroyed>(),
          describe_event<runtime::ExecutionContextsCleared>(),
          describe_event<target::AttachedToTarget>(),
          describe_event<network::RequestWillBeSent>(),
          describe_event<page::FrameNavigated>(),
          describe_event<page::FrameStoppedLoading>(),
          describe_event<page::NavigatedWithinDocument>(),
          describe_event<page::LoadEventFired>(),
          describe_event<page::WindowOpen>(),
          describe_event<page::JavascriptDialogOpening>(),
          describe_event<page::JavascriptDialogClosed>(),
          describe_event<page::FileChooserOpened>(),
          describe_event<page::ScreencastFrame>()};
}

}  // namespace
}  // namespace lmbridge::cdp

int main() {
  auto commands = lmbridge::cdp::commands();
  for (auto& each : lmbridge::cdp::operator_commands()) commands.push_back(std::move(each));
  const boost::json::object all{{"commands", std::move(commands)},
                                {"events", lmbridge::cdp::events()}};
  std::puts(boost::json::serialize(all).c_str());
}
