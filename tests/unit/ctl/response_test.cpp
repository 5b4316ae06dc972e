#include "ctl/response.hpp"

#include <gtest/gtest.h>

#include <string>

namespace lmbridge::ctl {
namespace {

class Responses : public testing::Test {
 protected:
  ResponseReader reader{[this](std::string_view piece) { body += piece; }};
  std::string body;
};

TEST_F(Responses, AreReadWhereverTheyAreCut) {
  const std::string whole = "HTTP/1.0 404 Not Found\r\nDate: x\r\nCONTENT-LENGTH: 4\r\n\r\nbody";
  for (std::size_t cut = 0; cut <= whole.size(); ++cut) {
    std::string text;
    ResponseReader each([&](std::string_view piece) { text += piece; });
    EXPECT_TRUE(each.take(whole.substr(0, cut)));
    EXPECT_EQ(each.is_over(), cut == whole.size());
    EXPECT_TRUE(each.take(whole.substr(cut)));
    EXPECT_EQ(each.status(), 404);
    EXPECT_EQ(text, "body");
    EXPECT_TRUE(each.is_complete());
  }
}

TEST_F(Responses, WithoutALengthEndWithTheirConnection) {
  EXPECT_FALSE(reader.is_complete());
  EXPECT_TRUE(reader.take("HTTP/1.0 200 OK\r\n\r\nsome"));
  EXPECT_TRUE(reader.take(" more"));
  EXPECT_TRUE(reader.is_complete());
  EXPECT_FALSE(reader.is_over());
  EXPECT_EQ(body, "some more");
}

TEST_F(Responses, ThatAreShorterThanAnnouncedAreIncomplete) {
  EXPECT_TRUE(reader.take("HTTP/1.0 200 OK\r\nContent-Length: 5\r\n\r\nfour"));
  EXPECT_FALSE(reader.is_complete());
}

TEST_F(Responses, ThatAreNoneAreRefused) {
  for (const auto* text : {"SSH-2.0\r\n\r\n", "HTTP/1.0 x\r\n\r\n", "HTTP/2 200 OK\r\n\r\n",
                           "HTTP/1.0 200 OK\r\nContent-Length: -1\r\n\r\n"}) {
    EXPECT_FALSE(ResponseReader([](std::string_view) {}).take(text)) << text;
  }
  EXPECT_FALSE(reader.take(std::string(100'000, 'x')));
}

}  // namespace
}  // namespace lmbridge::ctl
