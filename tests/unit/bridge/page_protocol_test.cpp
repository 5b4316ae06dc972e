#include "bridge/page_protocol.hpp"

#include <boost/json/parse.hpp>
#include <gmock/gmock.h>

#include <string>
#include <vector>

namespace lmbridge::bridge {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

/// Writes down what it hears, one line each.
class RecordingListener final : public PageListener {
 public:
  void on_hello(const DocumentHead& document) override {
    heard.push_back("hello " + std::string(document.url) + ' ' + std::to_string(document.status) +
                    " [" + std::string(document.protocol) + ']');
  }
  void on_loaded(std::string_view source) override {
    heard.push_back("loaded " + std::string(source));
  }
  void on_protocol(std::string_view protocol) override {
    heard.push_back("protocol " + std::string(protocol));
  }
  void on_head(JobId id, ResponseHead head) override {
    heard.push_back("head " + std::to_string(id) + ' ' + std::to_string(head.status) + " [" +
                    head.content_type + "] [" + head.retry_after + ']');
  }
  void on_text(JobId id, std::string_view text, std::size_t units) override {
    heard.push_back("text " + std::to_string(id) + ' ' + std::to_string(units) + ' ' +
                    std::string(text));
  }
  void on_end(JobId id) override { heard.push_back("end " + std::to_string(id)); }
  void on_fail(JobId id, bool redirected, std::string_view message) override {
    heard.push_back("fail " + std::to_string(id) + (redirected ? " redirected " : " ") +
                    std::string(message));
  }
  std::vector<std::string> heard;
};

std::vector<std::string> read(std::string_view payload) {
  RecordingListener listener;
  const auto result = read_page_payload(payload, listener);
  EXPECT_TRUE(result) << (result ? "" : result.error().message);
  return listener.heard;
}

TEST(Orders, ReachTheScriptAsTheyWere) {
  const Order order{.path = "/a/\"b\"",
                    .method = "PUT",
                    .headers = {{"content-type", "text/plain;charset=UTF-8"}, {"x-\"", "\\"}},
                    .body = "{\"t\":\"\\n \xe4\xb8\xad\xf0\x9f\x98\x80\n\x01\"}"};
  const auto encoded = boost::json::parse(encode_order(42, order, 1000)).as_object();
  EXPECT_EQ(encoded.at("id").as_int64(), 42);
  EXPECT_EQ(encoded.at("credit").as_int64(), 1000);
  EXPECT_EQ(encoded.at("path").as_string(), order.path);
  EXPECT_EQ(encoded.at("method").as_string(), "PUT");
  EXPECT_EQ(encoded.at("body").as_string(), order.body);
  const auto& headers = encoded.at("headers").as_object();
  EXPECT_EQ(headers.size(), 2U);
  EXPECT_EQ(headers.at("content-type").as_string(), "text/plain;charset=UTF-8");
  EXPECT_EQ(headers.at("x-\"").as_string(), "\\");
}

TEST(Orders, MayBeEmptyAndMayBeLarge) {
  EXPECT_EQ(encode_order(1, {}, 2),
            R"({"id":1,"credit":2,"path":"","method":"","headers":{},"body":""})");
  const Order order{
      .path = "/", .method = "PUT", .headers = {}, .body = std::string(6'000'000, 'b')};
  EXPECT_EQ(boost::json::parse(encode_order(1, order, 2)).at("body").as_string().size(),
            6'000'000U);
}

TEST(Orders, ForFilesSaySoAndHaveNoBody) {
  EXPECT_EQ(
      encode_order(1, {.path = "https://a/b", .method = "GET", .headers = {}, .is_file = true}, 2),
      R"({"id":1,"credit":2,"path":"https://a/b","method":"GET","headers":{},"file":true})");
}

TEST(Utf16Units, AreCountedInBytes) {
  const std::string text = "a\xc3\xa9\xe4\xb8\xad\xf0\x9f\x98\x80z";  // 1, 2, 3 and 4 bytes
  EXPECT_EQ(bytes_of_units(text, 0), 0U);
  EXPECT_EQ(bytes_of_units(text, 1), 1U);
  EXPECT_EQ(bytes_of_units(text, 2), 3U);
  EXPECT_EQ(bytes_of_units(text, 3), 6U);
  EXPECT_EQ(bytes_of_units(text, 5), 10U);
  EXPECT_EQ(bytes_of_units(text, 6), 11U);
  EXPECT_EQ(bytes_of_units("", 5), 0U);
}

TEST(Utf16Units, BeyondTheTextEndWithIt) {
  EXPECT_EQ(bytes_of_units("abc", 4), 3U);
  EXPECT_EQ(bytes_of_units("\xe4\xb8", 7), 2U);
  EXPECT_EQ(bytes_of_units("\xf0\x9f\x98\x80", 1), 4U) << "a pair is never parted";
}

TEST(PagePayload, HoldsSeveralEventsInOrder) {
  EXPECT_THAT(
      read("[[\"hello\",\"https://a.b/\",200,\"h2\"],"
           "[\"loaded\",\"<html>\"],[\"protocol\",\"http/1.1\"],"
           "[\"head\",7,200,[[\"content-type\",\"text/"
           "plain\"],[\"x\",\"y\"],[\"retry-after\",\"3\"]]],"
           "[\"text\",7,3],[\"text\",8,4],[\"end\",7],[\"fail\",8,\"network\",\"Failed to fetch\"],"
           "[\"fail\",9,\"redirected\",\"moved\"]]\nabcde\xf0\x9f\x98\x80"),
      ElementsAre("hello https://a.b/ 200 [h2]", "loaded <html>", "protocol http/1.1",
                  "head 7 200 [text/plain] [3]", "text 7 3 abc", "text 8 4 de\xf0\x9f\x98\x80",
                  "end 7", "fail 8 Failed to fetch", "fail 9 redirected moved"));
}

TEST(PagePayload, TextsMayHoldAnything) {
  const std::string text = "line\n[\"end\",7]\n\t\"quoted\" \xe4\xb8\xad";
  EXPECT_THAT(read("[[\"text\",7,26]]\n" + text), ElementsAre("text 7 26 " + text));
}

TEST(PagePayload, MayBeEmpty) {
  EXPECT_THAT(read("[]\n"), IsEmpty());
  EXPECT_THAT(read("[[\"text\",1,0]]\n"), ElementsAre("text 1 0 "));
}

TEST(PagePayload, ManyEventsFit) {
  std::string events = "[";
  for (int i = 0; i < 5000; ++i)
    events += (i > 0 ? ",[\"text\"," : "[\"text\",") + std::to_string(i) + ",1]";
  EXPECT_EQ(read(events + "]\n" + std::string(5000, 'x')).size(), 5000U);
}

TEST(PagePayload, AHeadWithoutUsefulHeadersIsStillAHead) {
  EXPECT_THAT(read("[[\"head\",7,404]]\n"), ElementsAre("head 7 404 [] []"));
  EXPECT_THAT(read("[[\"head\",7,404,[1,[],[\"content-type\"],[2,3]]]]\n"),
              ElementsAre("head 7 404 [] []"));
}

class MalformedPayload : public testing::TestWithParam<const char*> {};

TEST_P(MalformedPayload, IsAnError) {
  RecordingListener listener;
  const auto result = read_page_payload(GetParam(), listener);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, ErrorCode::internal);
}

INSTANTIATE_TEST_SUITE_P(Each, MalformedPayload,
                         testing::Values("", "no line", "[]", "{}\n", "[7]\n", "[[]]\n",
                                         "[[\"who\",1]]\n", "[[1,2]]\n", "[[\"end\",1]\n",
                                         "[[\"end\",1]]]\n", "\xff\n",
                                         // Texts that do not belong together with their events.
                                         "[[\"text\",1,-1]]\nabc", "[[\"text\",1,4]]\nabc",
                                         "[[\"text\",1,2]]\nabc", "[[\"end\",1]]\nabc",
                                         "[[\"text\",1]]\na", "[[\"text\",1,\"1\"]]\na",
                                         "[[\"text\",1,9223372036854775807]]\nabc"));

TEST(MalformedPayloads, AreQuotedShortAndPrintable) {
  RecordingListener listener;
  const auto result = read_page_payload("\x1b[31m" + std::string(5000, 'x'), listener);
  ASSERT_FALSE(result);
  EXPECT_LT(result.error().message.size(), 500U);
  EXPECT_EQ(result.error().message.find('\x1b'), std::string::npos);
}

TEST(MalformedPayloads, KeepTheEventsInFrontOfTheFault) {
  RecordingListener listener;
  EXPECT_FALSE(read_page_payload("[[\"end\",1],[\"who\"]]\n", listener));
  EXPECT_THAT(listener.heard, ElementsAre("end 1"));
}

}  // namespace
}  // namespace lmbridge::bridge
