#include "http/multipart.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace lmbridge::http {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

/// A part with the delimiter in front of it.
std::string part(const std::string& name, const std::string& content) {
  return "\r\n--xyz\r\nContent-Disposition: form-data; name=\"" + name + "\"\r\n\r\n" + content;
}

constexpr const char* closing = "\r\n--xyz--\r\n";

TEST(ParseMultipart, GivesTheFieldsWithTheirContentInPlace) {
  const auto body = part("model", "m-1") + part("prompt", "a\r\n--xy\r\n") +
                    "\r\n--xyz\r\nContent-Disposition: form-data; name=\"image\"; "
                    "filename=\"a.png\"\r\nContent-Type: image/png\r\n\r\n\x89PNG" +
                    part("empty", "") + closing;
  const auto fields = parse_multipart("multipart/form-data; boundary=xyz", body);
  ASSERT_TRUE(fields) << fields.error().message;
  ASSERT_THAT(*fields, SizeIs(4));
  EXPECT_EQ(fields->at(0).name, "model");
  EXPECT_EQ(fields->at(0).content, "m-1");
  EXPECT_EQ(fields->at(0).filename, std::nullopt);
  EXPECT_EQ(fields->at(1).content, "a\r\n--xy\r\n");
  EXPECT_EQ(fields->at(2).filename, "a.png");
  EXPECT_EQ(fields->at(2).content_type, "image/png");
  EXPECT_EQ(fields->at(2).content, "\x89PNG");
  EXPECT_EQ(fields->at(2).content.data(), body.data() + body.find("\x89PNG"));
  EXPECT_THAT(fields->at(3).content, IsEmpty());
}

TEST(ParseMultipart, SaysWhatIsWrong) {
  const auto refusal = [](std::string_view type, std::string_view body) {
    const auto fields = parse_multipart(type, body);
    return fields ? Error{.message = "none"} : fields.error();
  };
  EXPECT_EQ(refusal("application/json", "{}").code, ErrorCode::unsupported_media_type);
  EXPECT_EQ(refusal("multipart/form-data", "").code, ErrorCode::invalid_request);
  EXPECT_THAT(refusal("multipart/form-data; boundary=xyz", part("a", "b")).message,
              HasSubstr("ends before"));
}

struct Boundary {
  std::string content_type;
  /// Or "refused".
  std::string boundary;
};

void PrintTo(const Boundary& boundary, std::ostream* out) {
  *out << boundary.content_type;
}

class MultipartBoundary : public testing::TestWithParam<Boundary> {};

TEST_P(MultipartBoundary, IsFoundOrRefused) {
  EXPECT_EQ(multipart_boundary(GetParam().content_type).value_or("refused"), GetParam().boundary);
}

INSTANTIATE_TEST_SUITE_P(
    ContentTypes, MultipartBoundary,
    testing::Values(Boundary{"multipart/form-data; boundary=xyz", "xyz"},
                    Boundary{"Multipart/Form-Data;BOUNDARY=\"a b:c\" ; charset=utf-8", "a b:c"},
                    Boundary{"multipart/form-data; charset=utf-8; boundary=--a/b=c?", "--a/b=c?"},
                    Boundary{"multipart/form-data; boundary = xyz ;", "xyz"},
                    Boundary{"multipart/form-data; boundary=" + std::string(70, 'b'),
                             std::string(70, 'b')},
                    Boundary{"multipart/form-data; boundary=" + std::string(71, 'b'), "refused"},
                    Boundary{"multipart/form-data; boundary=\"\"", "refused"},
                    Boundary{"multipart/form-data; boundary=a; boundary=a", "refused"},
                    Boundary{"multipart/form-data; boundary=\"a ", "refused"},
                    Boundary{"multipart/form-data; boundary=\"a \"", "refused"},
                    Boundary{"multipart/form-data; boundary=a\xc3\xa4", "refused"},
                    Boundary{"multipart/form-data; boundary=a\\b", "refused"},
                    Boundary{"multipart/form-data; boundary", "refused"},
                    Boundary{"multipart/mixed; boundary=xyz", "refused"}, Boundary{"", "refused"}));

}  // namespace
}  // namespace lmbridge::http
