#include "cdp/message.hpp"

#include "cdp/fields.hpp"
#include "tests/unit/resident_memory.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <gtest/gtest.h>

#include <string>

namespace lmbridge::cdp {
namespace {

TEST(MessageReading, AnEventHasItsMethodSessionAndParams) {
  MessageReader reader;
  const auto message =
      reader.read(R"({"method":"Page.loaded","sessionId":"S1","params":{"frame":"F"}})");
  ASSERT_TRUE(message);
  EXPECT_FALSE(message->id);
  EXPECT_EQ(message->method, "Page.loaded");
  EXPECT_EQ(message->session_id, "S1");
  EXPECT_EQ(Fields(*message->body).text("frame"), "F");
  EXPECT_TRUE(message->error_message.empty());
}

TEST(MessageReading, AReplyHasItsIdAndResult) {
  MessageReader reader;
  const auto message = reader.read(R"({"id":7,"sessionId":"S1","result":{"value":12}})");
  ASSERT_TRUE(message);
  EXPECT_EQ(message->id, 7);
  EXPECT_EQ(Fields(*message->body).integer("value"), 12);
}

TEST(MessageReading, ARefusalSaysWhyEvenWhenItDoesNot) {
  MessageReader reader;
  const auto refused = reader.read(R"({"id":8,"error":{"code":-32601,"message":"no such thing"}})");
  ASSERT_TRUE(refused);
  EXPECT_EQ(refused->error_message, "no such thing");
  const auto silent = reader.read(R"({"id":9,"error":"?"})");
  ASSERT_TRUE(silent);
  EXPECT_EQ(silent->error_message, "unknown error");
}

TEST(MessageReading, MissingOrMisplacedBodiesReadAsEmpty) {
  MessageReader reader;
  for (const std::string_view text :
       {R"({"method":"A.b"})", R"({"method":"A.b","params":[1]})", R"({"id":1})",
        R"({"id":1,"result":null})", R"({"id":1,"params":{"a":1}})"}) {
    const auto message = reader.read(text);
    ASSERT_TRUE(message) << text;
    ASSERT_NE(message->body, nullptr) << text;
    EXPECT_TRUE(message->body->empty()) << text;
  }
}

TEST(MessageReading, GarbageIsAnErrorAndTheNextMessageIsRead) {
  MessageReader reader;
  for (const std::string_view text :
       {"", "nonsense", "[1,2]", "{}", "12", R"({"id":"1"})", R"({"id":1.5})", R"({"method":3})",
        R"({"id":1,"result":{)", R"({"id":1}x)", "{\"method\":\"\xff\"}",
        R"({"method":"a","params":{"t":"\ud800"}})"}) {
    EXPECT_FALSE(reader.read(text)) << text;
    const auto next = reader.read(R"({"id":3,"result":{"ok":"yes"}})");
    ASSERT_TRUE(next) << "after " << text;
    EXPECT_EQ(Fields(*next->body).text("ok"), "yes");
  }
  std::string deep = R"({"method":"a","params":)";
  for (int i = 0; i < 200; ++i) deep += R"({"a":)";
  EXPECT_FALSE(reader.read(deep + "1" + std::string(201, '}')));
}

TEST(MessageReading, NestingOfRealMessagesIsRead) {
  std::string deep = R"({"method":"a","params":)";
  for (int i = 0; i < 100; ++i) deep += R"({"a":)";
  EXPECT_TRUE(MessageReader().read(deep + "1" + std::string(101, '}')));
}

TEST(MessageReading, ThousandsOfMessagesThroughOneReaderDoNotTakeMoreMemory) {
  MessageReader reader;
  // Far more than the reader's own buffer, so that every message needs memory of its own.
  const auto message = R"({"method":"Runtime.bindingCalled","params":{"payload":")" +
                       std::string(400'000, 'p') + R"(","executionContextId":1}})";
  const auto send = [&](int count) {
    for (int i = 0; i < count; ++i) {
      ASSERT_TRUE(reader.read(message));
      ASSERT_TRUE(reader.read(R"({"id":1,"result":{}})"));
    }
  };
  send(100);
  const auto before = test::resident_megabytes();
  send(3000);  // 1.2 GB
  EXPECT_LT(test::resident_megabytes(), before + 400);
}

TEST(Commands, AreJsonWithANulBehindIt) {
  std::string out;
  begin_command(out, 5, "S\"1", "Page.navigate");
  out += R"({"url":"x"})";
  finish_command(out);
  ASSERT_EQ(out.back(), '\0');
  out.pop_back();
  EXPECT_EQ(boost::json::serialize(boost::json::parse(out)),
            R"({"id":5,"method":"Page.navigate","sessionId":"S\"1","params":{"url":"x"}})");
}

TEST(Commands, OfTheBrowserItselfHaveNoSession) {
  std::string out;
  begin_command(out, 1, "", "Browser.close");
  out += "{}";
  finish_command(out);
  EXPECT_EQ(out.find("sessionId"), std::string::npos);
}

}  // namespace
}  // namespace lmbridge::cdp
