#include "http/router.hpp"

#include "http/exchange.hpp"

#include <boost/asio/awaitable.hpp>
#include <gtest/gtest.h>

namespace lmbridge::http {
namespace {

class Routes : public testing::Test {
 protected:
  Routes() {
    add("GET", "/v1/models");
    add("GET", "/v1/models/*");
    add("POST", "/v1/chat");
    add("GET", "/v1/chat");
    add("POST", "/v1/only");
  }

  void add(const std::string& method, const std::string& pattern) {
    router_.add(method, pattern, [](Exchange&) -> boost::asio::awaitable<void> { co_return; });
  }

  bool leads_somewhere(std::string_view method, std::string_view path) const {
    return router_.find(method, path).handler != nullptr;
  }

  std::string allowed(std::string_view method, std::string_view path) const {
    const auto match = router_.find(method, path);
    EXPECT_EQ(match.handler, nullptr);
    return match.allowed_methods;
  }

  Router<Handler> router_;
};

TEST_F(Routes, AreFoundByMethodAndPath) {
  EXPECT_TRUE(leads_somewhere("GET", "/v1/models"));
  EXPECT_TRUE(leads_somewhere("POST", "/v1/chat"));
  EXPECT_NE(router_.find("GET", "/v1/chat").handler, router_.find("POST", "/v1/chat").handler);
}

TEST_F(Routes, OfAnUnknownPathAreNeitherHandlerNorMethods) {
  for (const auto* path :
       {"/", "/v1", "/v1/model", "/v1/chat/", "/v1/chat/more", "", "//v1/chat"}) {
    EXPECT_EQ(allowed("GET", path), "") << path;
  }
}

TEST_F(Routes, OfAKnownPathNameTheMethodsThatAreAllowed) {
  EXPECT_EQ(allowed("DELETE", "/v1/models"), "GET, HEAD, OPTIONS");
  EXPECT_EQ(allowed("GET", "/v1/only"), "POST, OPTIONS");
  EXPECT_EQ(allowed("PUT", "/v1/chat"), "POST, GET, HEAD, OPTIONS");
}

TEST_F(Routes, ForGetAnswerHeadToo) {
  EXPECT_EQ(router_.find("HEAD", "/v1/models").handler, router_.find("GET", "/v1/models").handler);
  EXPECT_FALSE(leads_somewhere("HEAD", "/v1/only"));
}

TEST_F(Routes, WithAStarTakeEverythingBelowButNotTheFolderItself) {
  for (const auto* path :
       {"/v1/models/a", "/v1/models/a/b", "/v1/models/a%2Fb:c", "/v1/models//"}) {
    EXPECT_TRUE(leads_somewhere("GET", path)) << path;
  }
  EXPECT_FALSE(leads_somewhere("GET", "/v1/models/"));
  EXPECT_FALSE(leads_somewhere("GET", "/v1/modelsx"));
}

TEST_F(Routes, TellMethodsApartByCase) {
  EXPECT_FALSE(leads_somewhere("get", "/v1/models"));
}

}  // namespace
}  // namespace lmbridge::http
