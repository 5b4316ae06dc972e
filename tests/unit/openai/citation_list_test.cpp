#include "openai/citation_list.hpp"

#include <gmock/gmock.h>

#include <string>

namespace lmbridge::openai {
namespace {

TEST(Citations, AreANumberedListOfLinks) {
  CitationList list;
  list.add("First", "https://a.example/x");
  list.add("", "http://b.example/");
  EXPECT_EQ(list.text(),
            "\n\n1. [First](https://a.example/x)\n2. [http://b.example/](http://b.example/)");
}

TEST(Citations, NameASourceOnce) {
  CitationList list;
  list.add("First", "https://a.example/");
  list.add("Again", "https://a.example/");
  EXPECT_EQ(list.text(), "\n\n1. [First](https://a.example/)");
}

TEST(Citations, LinkToTheWebAndNowhereElse) {
  CitationList list;
  list.add("Click", "javascript:alert(1)");
  list.add("Only a title", "");
  EXPECT_EQ(list.text(), "\n\n1. Click\n2. Only a title");
}

TEST(Citations, CanNotBreakOutOfTheirLink) {
  CitationList list;
  list.add("a](https://evil.example)\n# b", "https://a.example/(x) <y>\"");
  EXPECT_EQ(list.text(),
            "\n\n1. [a\\](https://evil.example) # b](https://a.example/%28x%29%20%3Cy%3E%22)");
}

TEST(Citations, ThatThereAreNoneOfAddNothing) {
  EXPECT_EQ(CitationList().text(), "");
}

TEST(Citations, AreBounded) {
  CitationList list;
  for (int i = 0; i < 1000; ++i) list.add("", "https://a.example/" + std::to_string(i));
  EXPECT_NE(list.text().find("\n200. "), std::string::npos);
  EXPECT_EQ(list.text().find("\n201. "), std::string::npos);
}

}  // namespace
}  // namespace lmbridge::openai
