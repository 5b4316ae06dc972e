#include "cdp/protocol.hpp"

#include "cdp/protocol_input.hpp"
#include "cdp/protocol_network.hpp"
#include "cdp/protocol_page.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <gtest/gtest.h>

#include <string>

namespace lmbridge::cdp {
namespace {

namespace json = boost::json;

json::object object(std::string_view text) {
  return json::parse(text).as_object();
}

template <class Command>
json::object parameters(const Command& command) {
  std::string out;
  command.append_parameters(out);
  return object(out);
}

TEST(DevToolsFields, WhatIsAbsentOrOfAnotherTypeReadsAsEmpty) {
  const auto source = object(R"({"text":"t","number":3,"real":1.5,"list":[],"inner":{"a":"b"}})");
  const Fields fields(source);
  EXPECT_EQ(fields.text("text"), "t");
  EXPECT_EQ(fields.integer("number"), 3);
  EXPECT_EQ(fields.object("inner").text("a"), "b");
  EXPECT_EQ(fields.number("real"), 1.5);
  EXPECT_EQ(fields.number("number"), 3);
  EXPECT_EQ(fields.number("text"), 0);
  EXPECT_FALSE(fields.flag("number"));
  for (const std::string_view name : {"number", "list", "inner", "absent"}) {
    EXPECT_EQ(fields.text(name), "") << name;
  }
  for (const std::string_view name : {"text", "real", "list", "absent"}) {
    EXPECT_EQ(fields.integer(name), 0) << name;
    EXPECT_EQ(fields.object(name).object("deeper").text("still"), "") << name;
  }
  EXPECT_EQ(fields.value("absent"), nullptr);
}

TEST(DevToolsFields, ObjectsOfAnArrayPassOverWhatIsNoObject) {
  const auto source = object(R"({"list":[{"a":"1"},3,null,{"a":"2"}],"text":"t"})");
  const Fields fields(source);
  const auto list = fields.objects("list");
  ASSERT_EQ(list.size(), 2U);
  EXPECT_EQ(list[0].text("a"), "1");
  EXPECT_EQ(list[1].text("a"), "2");
  EXPECT_TRUE(fields.objects("text").empty());
  EXPECT_TRUE(fields.objects("absent").empty());
}

TEST(DevToolsFields, ARecorderNotesEveryPathThatIsAskedFor) {
  const json::object nothing;
  Fields::Recorder recorder;
  const Fields fields(nothing, &recorder);
  (void)fields.text("a");
  (void)fields.object("b").object("c").integer("d");
  for (const auto& each : fields.objects("e")) (void)each.text("f");
  EXPECT_EQ(recorder, (Fields::Recorder{"a", "b", "b.c", "b.c.d", "e", "e.f"}));
}

TEST(DevToolsCommands, EscapeTheirTexts) {
  const auto script = parameters(
      page::AddScriptToEvaluateOnNewDocument{.source = "f(\"\n\\\")", .world_name = "w\""});
  EXPECT_EQ(script.at("source").as_string(), "f(\"\n\\\")");
  EXPECT_EQ(script.at("worldName").as_string(), "w\"");
}

TEST(DevToolsCommands, CallsCarryTheirArgumentsAsValues) {
  const auto call =
      parameters(runtime::CallFunctionOn{.function_declaration = "function(){}",
                                         .unique_context_id = "7.8",
                                         .arguments = {R"({"a":[1]})", "12", "\"t\""}});
  EXPECT_EQ(json::serialize(call.at("arguments")),
            R"([{"value":{"a":[1]}},{"value":12},{"value":"t"}])");
  EXPECT_EQ(call.at("uniqueContextId").as_string(), "7.8");
  EXPECT_TRUE(call.at("returnByValue").as_bool());
  EXPECT_TRUE(parameters(runtime::CallFunctionOn{}).at("arguments").as_array().empty());
}

TEST(DevToolsCommands, AContextIsNamedOnlyWhereItIsNotTheDefaultOne) {
  EXPECT_EQ(parameters(target::CreateTarget{.url = "about:blank"}),
            object(R"({"url":"about:blank"})"));
  EXPECT_EQ(parameters(target::CreateTarget{.url = "about:blank", .browser_context_id = "C"}),
            object(R"({"url":"about:blank","browserContextId":"C"})"));
  EXPECT_EQ(parameters(target::CreateTarget{.url = "about:blank", .background = true}),
            object(R"({"url":"about:blank","background":true})"));
  EXPECT_EQ(parameters(storage::GetCookies{}), object("{}"));
  EXPECT_EQ(parameters(storage::GetCookies{.browser_context_id = "C"}),
            object(R"({"browserContextId":"C"})"));
  EXPECT_EQ(parameters(storage::SetCookies{}), object(R"({"cookies":[]})"));
  EXPECT_EQ(parameters(storage::SetCookies{.cookies = {}, .browser_context_id = "C"}),
            object(R"({"cookies":[],"browserContextId":"C"})"));
}

TEST(DevToolsCommands, PagesAndContextsAreMadeFrozenAndClosed) {
  EXPECT_EQ(parameters(target::CreateBrowserContext{}), object(R"({"disposeOnDetach":true})"));
  EXPECT_EQ(parameters(target::CloseTarget{.target_id = "T"}), object(R"({"targetId":"T"})"));
  EXPECT_EQ(parameters(page::SetWebLifecycleState{.state = "frozen"}),
            object(R"({"state":"frozen"})"));
  EXPECT_EQ(parameters(page::Crash{}), object("{}"));
}

TEST(DevToolsCommands, InputSaysNoMoreThanItMust) {
  EXPECT_EQ(parameters(input::DispatchMouseEvent{.type = "mouseMoved", .x = 1.5, .y = 2}),
            object(R"({"type":"mouseMoved","x":1.5,"y":2,"button":"none","buttons":0})"));
  EXPECT_EQ(parameters(input::DispatchMouseEvent{.type = "mouseWheel", .delta_y = -120}),
            object(R"({"type":"mouseWheel","x":0,"y":0,"button":"none","buttons":0,)"
                   R"("deltaX":0,"deltaY":-120})"));
  EXPECT_EQ(parameters(input::DispatchKeyEvent{.type = "keyUp", .key = "\""}),
            object(R"({"type":"keyUp","key":"\""})"));
  EXPECT_EQ(parameters(input::DispatchTouchEvent{.type = "touchEnd", .points = {}}),
            object(R"({"type":"touchEnd","touchPoints":[]})"));
}

TEST(DevToolsCommands, AScreenshotIsOfTheViewportUnlessAPartIsNamed) {
  EXPECT_EQ(parameters(page::CaptureScreenshot{}), object(R"({"format":"png"})"));
  const auto part = parameters(page::CaptureScreenshot{.x = 1, .width = 2, .height = 3});
  EXPECT_TRUE(part.at("captureBeyondViewport").as_bool());
  EXPECT_EQ(part.at("clip").at("scale").to_number<int>(), 1);
}

TEST(DevToolsReplies, BodiesOfRequestsAreDecodedWhereTheyAreEncoded) {
  const auto body = [](std::string_view text) {
    return network::GetRequestPostData::Reply::read(Fields(object(text))).post_data;
  };
  EXPECT_EQ(body(R"({"postData":"YWJj","base64Encoded":true})"), "abc");
  EXPECT_EQ(body(R"({"postData":"YWJj","base64Encoded":false})"), "YWJj");
  EXPECT_EQ(body("{}"), "");
}

TEST(DevToolsEvents, ARequestTellsTheScriptsThatMakeIt) {
  const auto params = object(R"({"requestId":"1","documentURL":"https://a.test/","request":
      {"url":"https://a.test/x","method":"PUT","postData":"{}","hasPostData":true},"initiator":
      {"type":"script","stack":{"callFrames":[{"url":"one"},{"url":""},7]}}})");
  const auto seen = network::RequestWillBeSent::read(Fields(params));
  EXPECT_EQ(seen.url, "https://a.test/x");
  EXPECT_EQ(seen.request_method, "PUT");
  EXPECT_EQ(seen.post_data, "{}");
  EXPECT_TRUE(seen.has_post_data);
  EXPECT_EQ(seen.script_urls, (std::vector<std::string_view>{"one", ""}));
  const auto parsed = object(R"({"initiator":{"type":"parser"}})");
  EXPECT_TRUE(network::RequestWillBeSent::read(Fields(parsed)).script_urls.empty());
}

TEST(DevToolsReplies, TargetsAreListed) {
  const auto reply = target::GetTargets::Reply::read(
      Fields(object(R"({"targetInfos":[{"targetId":"T","type":"page","url":"about:blank",
          "browserContextId":"C","new":1},7]})")));
  ASSERT_EQ(reply.targets.size(), 1U);
  EXPECT_EQ(reply.targets[0].target_id, "T");
  EXPECT_EQ(reply.targets[0].type, "page");
  EXPECT_EQ(reply.targets[0].url, "about:blank");
  EXPECT_EQ(reply.targets[0].browser_context_id, "C");
  EXPECT_TRUE(target::GetTargets::Reply::read(Fields(object("{}"))).targets.empty());
}

TEST(DevToolsReplies, ANewContextTellsItsId) {
  const auto source = object(R"({"browserContextId":"C"})");
  EXPECT_EQ(target::CreateBrowserContext::Reply::read(Fields(source)).browser_context_id, "C");
}

TEST(DevToolsReplies, ResultsOfCallsBecomeText) {
  const auto value = [](std::string_view text) {
    return runtime::CallFunctionOn::Reply::read(Fields(object(text))).value;
  };
  EXPECT_EQ(value(R"({"result":{"type":"string","value":"as it is"}})"), "as it is");
  EXPECT_EQ(value(R"({"result":{"type":"boolean","value":true}})"), "true");
  EXPECT_EQ(value(R"({"result":{"type":"number","value":12}})"), "12");
  EXPECT_EQ(value(R"({"result":{"type":"undefined"}})"), "");
}

TEST(DevToolsReplies, ExceptionsOfCallsAreFoundWhereverTheirTextStands) {
  const auto exception = [](std::string_view text) {
    return runtime::CallFunctionOn::Reply::read(Fields(object(text))).exception;
  };
  EXPECT_EQ(
      exception(
          R"({"exceptionDetails":{"text":"Uncaught","exception":{"description":"Error: x"}}})"),
      "Error: x");
  EXPECT_EQ(exception(R"({"exceptionDetails":{"text":"Uncaught","exception":{"value":3}}})"),
            "Uncaught");
  EXPECT_EQ(exception(R"({"result":{"value":1}})"), "");
}

TEST(DevToolsEvents, AContextTellsItsFrame) {
  const auto params = object(R"({"context":{"id":4,"name":"w","uniqueId":"1.2",
      "auxData":{"frameId":"F","isDefault":false}}})");
  const auto created = runtime::ExecutionContextCreated::read(Fields(params));
  EXPECT_EQ(created.id, 4);
  EXPECT_EQ(created.name, "w");
  EXPECT_EQ(created.unique_id, "1.2");
  EXPECT_EQ(created.frame_id, "F");
  const auto worker = object(R"({"context":{"id":5,"auxData":"none"}})");
  EXPECT_EQ(runtime::ExecutionContextCreated::read(Fields(worker)).frame_id, "");
}

}  // namespace
}  // namespace lmbridge::cdp
