#include "http/part_head.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace lmbridge::http {
namespace {

using testing::HasSubstr;

struct Form {
  /// Behind "form-data; ".
  std::string parameters;
  /// "name", "name|filename", or "refused: " and the reason.
  std::string expected;
};

void PrintTo(const Form& form, std::ostream* out) {
  *out << form.parameters;
}

std::string read(const std::string& parameters) {
  const auto head = parse_part_head("Content-Disposition: form-data; " + parameters +
                                    "\r\nContent-Type: a/b;c=d\r\n");
  if (!head) {
    EXPECT_EQ(head.error().code, ErrorCode::invalid_request);
    return "refused: " + head.error().message;
  }
  EXPECT_EQ(head->content_type, "a/b;c=d");
  return head->filename ? head->name + "|" + *head->filename : head->name;
}

class PartName : public testing::TestWithParam<Form> {};

TEST_P(PartName, IsReadAsClientsWriteIt) {
  EXPECT_EQ(read(GetParam().parameters), GetParam().expected);
}

INSTANTIATE_TEST_SUITE_P(
    Forms, PartName,
    testing::Values(Form{"name=a", "a"},
                    Form{R"(name="a b";filename="c; d=e.png")", "a b|c; d=e.png"},
                    Form{R"(name=""; filename="")", "|"}, Form{R"(NAME="a" ; FileName = b)", "a|b"},
                    // Browsers, and curl from 7.81 on.
                    Form{R"(name="a%22b"; filename="c%0D%0Ad%25%41.png")", "a\"b|c\r\nd%25%41.png"},
                    // Older versions of curl.
                    Form{R"(name="a\"b"; filename="c\\d")", "a\"b|c\\d"},
                    Form{R"(name=a; filename="C:\files\n.png")", R"(a|C:\files\n.png)"},
                    Form{"name=a; filename=\"\xe4\xb8\xad.png\"", "a|\xe4\xb8\xad.png"},
                    Form{"name=a; filename=x; filename*=UTF-8''%e4%b8%ad.png",
                         "a|\xe4\xb8\xad.png"},
                    Form{"name=a; filename*=iso-8859-1'de'%fc.png", "a|\xc3\xbc.png"},
                    Form{"name=a; filename=../../etc/passwd", "a|../../etc/passwd"}));

INSTANTIATE_TEST_SUITE_P(
    Refused, PartName,
    testing::Values(
        Form{"name=\"\xff\"", "refused: the name of a part is not UTF-8"},
        Form{"name=a; filename=\"\xff\"", "refused: the filename of a part is not UTF-8"},
        Form{"name=a; filename*=UTF-8''%ff", "refused: the filename of a part is not UTF-8"},
        Form{"name=a; filename*=UTF-8''%00", "refused: the filename of a part has a NUL in it"},
        Form{"name=a; filename*=UTF-8''%f",
             "refused: the filename* of a part has a wrong escape in it"},
        Form{"name=a; filename*=koi8-r''a", "refused: the filename* of a part must be in UTF-8"},
        Form{"name=a; filename*=a.png",
             "refused: the filename* of a part must be like UTF-8''name.png"},
        Form{"name",
             "refused: Content-Disposition of a part: \"name\" is no parameter: it must be like "
             "name=value"}));

TEST(PartHead, HasNoContentTypeWhereNoneWasDeclared) {
  const auto head = parse_part_head("content-disposition:form-data;name=a\r\n");
  ASSERT_TRUE(head);
  EXPECT_EQ(head->content_type, "");
  EXPECT_EQ(head->filename, std::nullopt);
}

TEST(PartHead, RefusesTwoContentTypes) {
  const auto head = parse_part_head(
      "Content-Disposition: form-data; name=a\r\nContent-Type: a/b\r\ncontent-type: c/d\r\n");
  ASSERT_FALSE(head);
  EXPECT_THAT(head.error().message, HasSubstr("two Content-Types"));
}

TEST(PartHead, RefusesMoreParametersThanAnybodySends) {
  std::string parameters = "name=a";
  for (int i = 0; i < 20; ++i) parameters += ";p" + std::to_string(i) + "=v";
  EXPECT_THAT(read(parameters), HasSubstr("more than 16 parameters"));
}

}  // namespace
}  // namespace lmbridge::http
