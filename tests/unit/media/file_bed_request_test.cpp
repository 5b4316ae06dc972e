#include "media/file_bed_request.hpp"

#include "base/base64.hpp"

#include <boost/json.hpp>
#include <gmock/gmock.h>

namespace lmbridge::media {
namespace {

using settings::FileBed;
using settings::FileBedProtocol;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;

const UploadFile picture{.name = "a \"b\".png",
                         .content_type = "image/png",
                         .bytes = std::make_shared<const std::string>("\x89PNG")};

TEST(FileBedRequest, IsAFormWithTheKeyTheFurtherFieldsAndTheFile) {
  const FileBed bed{.url = "https://bed.example.org/upload",
                    .api_key = "secret",
                    .api_key_field = "token",
                    .file_field = "files[]",
                    .fields = {{"action", "upload"}, {"format", "json"}}};
  const auto request = build_request(bed, picture);
  EXPECT_EQ(request.url, "https://bed.example.org/upload");
  EXPECT_THAT(request.fields, ElementsAre(Pair("token", "secret"), Pair("action", "upload"),
                                          Pair("format", "json")));
  EXPECT_EQ(request.file_field, "files[]");
  EXPECT_EQ(request.file.name, "a \"b\".png");
  EXPECT_EQ(request.file.bytes, picture.bytes) << "nobody copies it";
  EXPECT_EQ(request.json, "");
}

TEST(FileBedRequest, HasNoFieldForAKeyThatIsNotThere) {
  EXPECT_THAT(build_request(FileBed{.url = "https://bed.example.org"}, picture).fields, IsEmpty());
}

TEST(FileBedRequest, IsJsonForTheOlderSingleEndpoint) {
  const FileBed bed{
      .url = "http://host/upload", .protocol = FileBedProtocol::json, .api_key = "secret"};
  const auto request = build_request(bed, picture);
  EXPECT_EQ(request.file_field, "");
  EXPECT_EQ(
      boost::json::parse(request.json),
      (boost::json::value{{"file_name", "a \"b\".png"},
                          {"file_data", "data:image/png;base64," + base::base64_encoded("\x89PNG")},
                          {"api_key", "secret"}}));
}

}  // namespace
}  // namespace lmbridge::media
