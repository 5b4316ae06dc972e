#include "tests/unit/api/file_bed_fixture.hpp"

namespace lmbridge::api {
namespace {

using boost::asio::awaitable;

class FileBedFiles : public FileBedFixture {
 protected:
  awaitable<std::string> upload(std::string filename, std::string content) {
    co_return path_in(co_await ask(form(file(filename, content))));
  }
};

TEST_F(FileBedFiles, AreSentSoThatNoBrowserRunsThem) {
  run([&]() -> awaitable<void> {
    struct Case {
      const char* filename;
      std::string content;
      const char* content_type;
      const char* disposition;
    };
    for (const auto& [filename, content, content_type, disposition] :
         {Case{"a.html", "<script>alert(1)</script>", "text/html", "attachment"},
          Case{"a.svg", "<svg onload='x'/>", "image/svg+xml", "attachment"},
          Case{"a.xml", "<a/>", "text/xml", "attachment"},
          Case{"a.js", "alert(1)", "text/plain", "attachment"},
          Case{"a.pdf", "%PDF-1.7", "application/pdf", "attachment"},
          Case{"a.png", "<script>alert(1)</script>", "text/plain", "attachment"},
          Case{"a.zip", "PK\3\4", "application/zip", "attachment"},
          Case{"a.html", "\x89PNG\r\n\x1a\n", "image/png", "inline"},
          Case{"a.webm", "\x1a\x45\xdf\xa3 webm", "video/webm", "inline"},
          Case{"a.mp3", "ID3", "audio/mpeg", "inline"}}) {
      const auto response = co_await ask(get(co_await upload(filename, content)));
      EXPECT_EQ(response.status, 200);
      EXPECT_EQ(response.body, content);
      EXPECT_EQ(response.value("content-type"), content_type) << filename;
      EXPECT_EQ(response.value("content-disposition"), disposition) << filename;
      EXPECT_EQ(response.value("x-content-type-options"), "nosniff");
      EXPECT_EQ(response.value("content-security-policy"), "sandbox; default-src 'none'");
    }
  });
}

TEST_F(FileBedFiles, AreSentInParts) {
  run([&]() -> awaitable<void> {
    std::string content;
    while (content.size() < 400'000) content += fmt::format("{} ", content.size());
    const auto path = co_await upload("a.bin", content);
    const auto part = co_await ask(get(path, "Range: bytes=100000-349999\r\n"));
    EXPECT_EQ(part.status, 206);
    EXPECT_EQ(part.body, content.substr(100'000, 250'000));
    EXPECT_EQ(part.value("content-range"), fmt::format("bytes 100000-349999/{}", content.size()));
    const auto end = co_await ask(get(path, "Range: bytes=-10\r\n"));
    EXPECT_EQ(end.body, content.substr(content.size() - 10));
    const auto several = co_await ask(get(path, "Range: bytes=0-1,3-4\r\n"));
    EXPECT_EQ(several.status, 200);
    EXPECT_EQ(several.body, content);
    const auto beyond = co_await ask(get(path, "Range: bytes=999999999-\r\n"));
    EXPECT_EQ(beyond.status, 416);
    EXPECT_EQ(beyond.value("content-range"), fmt::format("bytes */{}", content.size()));
    EXPECT_EQ(beyond.body, "");
  });
}

TEST_F(FileBedFiles, AreSentInPartsOnlyIfTheyAreStillTheSame) {
  run([&]() -> awaitable<void> {
    const auto path = co_await upload("a.bin", "content");
    const auto whole = co_await ask(get(path, "Range: bytes=0-1\r\nIf-Range: \"other\"\r\n"));
    EXPECT_EQ(whole.body, "content");
    const auto etag = path.substr(path.rfind('/') + 1);
    const auto part =
        co_await ask(get(path, fmt::format("Range: bytes=0-1\r\nIf-Range: \"{}\"\r\n", etag)));
    EXPECT_EQ(part.body, "co");
  });
}

TEST_F(FileBedFiles, HaveALengthForHead) {
  run([&]() -> awaitable<void> {
    const auto path = co_await upload("a.bin", "content");
    const auto response =
        co_await ask(fmt::format("HEAD {} HTTP/1.1\r\nHost: a\r\n\r\n", path), false);
    EXPECT_EQ(response.status, 200);
    EXPECT_EQ(response.value("content-length"), "7");
    EXPECT_EQ(response.value("accept-ranges"), "bytes");
  });
}

TEST_F(FileBedFiles, NeedNoKeyAndAreFoundByAnyHostName) {
  api_key = "secret";
  run([&]() -> awaitable<void> {
    const auto path =
        path_in(co_await ask(form(file("a.txt", "content"), "Authorization: Bearer secret\r\n")));
    const auto response = co_await ask(get(path, "Origin: https://foreign.example\r\n"));
    EXPECT_EQ(response.body, "content");
  });
}

TEST_F(FileBedFiles, AreTheOnlyThingThatPathsLeadTo) {
  run([&]() -> awaitable<void> {
    const auto path = co_await upload("a.txt", "content");
    const auto name = path.substr(path.rfind('/') + 1);
    for (const auto& wrong :
         {std::string("/uploads/"), std::string("/uploads/.."), "/uploads/../file_bed/" + name,
          "/uploads/..%2ffile_bed%2F" + name, "/uploads//" + name, "/uploads/./" + name,
          "/uploads/" + name + "%00", "/uploads/" + name + "/", std::string("/uploads/%2e%2e%2f"),
          std::string("/uploads/%"), "/uploads/..\\" + name,
          "/uploads/" + (store_options.root / name).string(),
          std::string("/uploads/../../../../../../etc/passwd"),
          std::string("/uploads/%2e%2e%2f%2e%2e%2f%2e%2e%2fetc%2fpasswd")}) {
      EXPECT_EQ((co_await ask(get(wrong))).status, 404) << wrong;
    }
    EXPECT_EQ((co_await ask(get(path + "?query"))).body, "content");
  });
}

}  // namespace
}  // namespace lmbridge::api
