// The keys about file beds.

#include "tests/unit/settings/every_key.hpp"

namespace lmbridge::settings {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::Pair;

INSTANTIATE_TEST_SUITE_P(
    FileBeds, EveryKey,
    testing::Values(
        switch_key(
            "file_bed_enabled", true, [](const Settings& s) { return s.file_beds.enabled; },
            R"("file_bed_upload_url":"https://bed.example.org/upload")"),
        Key{"file_bed_selection_strategy",
            "\"failover\"",
            [](const Settings& s) { return s.file_beds.strategy == FileBedStrategy::failover; },
            {"\"first\"", "7", "null"}},
        Key{"file_bed_upload_url",
            "\"http://127.0.0.1:5104/upload\"",
            [](const Settings& s) {
              return s.file_beds.beds.size() == 1 &&
                     s.file_beds.beds[0].protocol == FileBedProtocol::json;
            },
            {"\"127.0.0.1:5104\"", "\"data:,x\"", "7", "null"}}));

std::string with_endpoint(const std::string& members) {
  return R"({"file_bed_endpoints":[{"enabled":true,"url":"https://bed.example.org/up",)" + members +
         "}]}";
}

TEST(FileBedEndpoints, HaveDefaultsForAllButTheirAddress) {
  const auto loaded =
      parse(R"({"file_bed_endpoints":[{"enabled":true,"url":"https://bed.example.org"}]})");
  EXPECT_THAT(loaded.errors, IsEmpty());
  EXPECT_THAT(loaded.settings.file_beds.beds,
              ElementsAre(FileBed{.name = "file bed 1", .url = "https://bed.example.org"}));
}

TEST(FileBedEndpoints, AreReadAsTheyAreWritten) {
  const auto loaded = parse(with_endpoint(
      R"("name":"Mine","api_key":"s","api_key_field":"token","upload_mode":"form",)"
      R"("form_file_field":"files[]","form_data_fields":{"expires":24,"secret":"","keep":true},)"
      R"("response_type":"text","json_url_key":"files[0].url")"));
  EXPECT_THAT(loaded.errors, IsEmpty());
  EXPECT_THAT(loaded.warnings, IsEmpty());
  ASSERT_EQ(loaded.settings.file_beds.beds.size(), 1U);
  const auto& bed = loaded.settings.file_beds.beds[0];
  EXPECT_EQ(bed.name, "Mine");
  EXPECT_EQ(bed.url, "https://bed.example.org/up");
  EXPECT_EQ(bed.protocol, FileBedProtocol::form);
  EXPECT_EQ(bed.api_key, "s");
  EXPECT_EQ(bed.api_key_field, "token");
  EXPECT_EQ(bed.file_field, "files[]");
  EXPECT_THAT(bed.fields,
              ElementsAre(Pair("expires", "24"), Pair("secret", ""), Pair("keep", "true")));
  EXPECT_EQ(bed.answer, FileBedAnswer::text);
  EXPECT_THAT(bed.link_path, ElementsAre("files", "0", "url"));
}

TEST(FileBedEndpoints, AreLeftOutAndHardlyCheckedUnlessTheyAreEnabled) {
  const auto loaded = parse(
      R"({"file_bed_endpoints":[{"name":"a","url":"","form_file_field":""},)"
      R"({"name":"b","enabled":false,"url":"YOUR_URL"},{"name":"c","enabled":true,"url":"http://c"}]})");
  EXPECT_THAT(loaded.errors, IsEmpty());
  ASSERT_EQ(loaded.settings.file_beds.beds.size(), 1U);
  EXPECT_EQ(loaded.settings.file_beds.beds[0].name, "c");
}

TEST(FileBedEndpoints, ComeBeforeTheOlderSingleOne) {
  const auto names = [](const std::string& endpoints) {
    const auto loaded =
        parse(R"({"file_bed_upload_url":"http://old/upload","file_bed_api_key":"k",)"
              R"("file_bed_endpoints":)" +
              endpoints + '}');
    EXPECT_THAT(loaded.errors, IsEmpty());
    std::vector<std::string> result;
    for (const auto& bed : loaded.settings.file_beds.beds) result.push_back(bed.name);
    return result;
  };
  EXPECT_THAT(names(R"([{"name":"new","enabled":true,"url":"http://new"}])"), ElementsAre("new"));
  EXPECT_THAT(names(R"([{"name":"new","enabled":false,"url":"http://new"}])"),
              ElementsAre("file_bed_upload_url"));
}

TEST(FileBedEndpoints, AreMissedWhereUploadsAreWanted) {
  const auto loaded = parse(R"({"file_bed_enabled":true,"file_bed_endpoints":[{"name":"a"}]})");
  EXPECT_THAT(loaded.errors, IsEmpty());
  EXPECT_THAT(loaded.warnings, ElementsAre(AllOf(HasSubstr("config.jsonc:1:21: "),
                                                 HasSubstr("none of file_bed_endpoints is"))));
}

struct WrongEndpoint {
  std::string text;
  std::string message;
};

class WrongEndpoints : public testing::TestWithParam<WrongEndpoint> {};

TEST_P(WrongEndpoints, AreRefusedWithoutTellingTheirSecrets) {
  const auto loaded = parse(GetParam().text);
  EXPECT_THAT(loaded.errors, ElementsAre(HasSubstr(GetParam().message)));
  for (const auto& line : loaded.errors) EXPECT_THAT(line, Not(HasSubstr("sk-1")));
  for (const auto& line : loaded.warnings) EXPECT_THAT(line, Not(HasSubstr("sk-1")));
}

INSTANTIATE_TEST_SUITE_P(
    All, WrongEndpoints,
    testing::Values(
        WrongEndpoint{R"({"file_bed_endpoints":{"api_key":"sk-1"}})",
                      "file_bed_endpoints: found an object (not shown)"},
        WrongEndpoint{R"({"file_bed_endpoints":["sk-1"]})",
                      "file_bed_endpoints[0]: found a string (not shown)"},
        WrongEndpoint{R"({"file_bed_endpoints":[{"enabled":true,"api_key":"sk-1"}]})",
                      "file_bed_endpoints[0].url: missing, needed"},
        WrongEndpoint{R"({"file_bed_endpoints":[{"enabled":true,"url":"ftp://x?key=sk-1"}]})",
                      "file_bed_endpoints[0].url: found a string (not shown), allowed: an address"},
        WrongEndpoint{with_endpoint(R"("api_key":["sk-1"])"),
                      "[0].api_key: found an array (not shown)"},
        WrongEndpoint{with_endpoint(R"("form_data_fields":{"userhash":["sk-1"]})"),
                      "[0].form_data_fields.userhash: found an array (not shown)"},
        WrongEndpoint{with_endpoint(R"("form_data_fields":"sk-1")"),
                      "[0].form_data_fields: found a string (not shown)"},
        WrongEndpoint{with_endpoint(R"("form_file_field":"")"), "[0].form_file_field: found \"\""},
        WrongEndpoint{with_endpoint(R"("api_key_field":"")"), "[0].api_key_field: found \"\""},
        WrongEndpoint{with_endpoint(R"("upload_mode":"put")"),
                      "[0].upload_mode: found \"put\", allowed: \"form\""},
        WrongEndpoint{with_endpoint(R"("response_type":"xml")"),
                      "[0].response_type: found \"xml\", allowed: \"json\", \"text\""},
        WrongEndpoint{with_endpoint(R"("json_url_key":"data..url")"),
                      "[0].json_url_key: found \"data..url\", allowed: a path"},
        WrongEndpoint{R"({"file_bed_api_key":["sk-1"]})",
                      "file_bed_api_key: found an array (not shown)"}));

}  // namespace
}  // namespace lmbridge::settings
