#include "tests/unit/api/file_bed_fixture.hpp"

namespace lmbridge::api {
namespace {

using boost::asio::awaitable;
using testing::HasSubstr;
using testing::StartsWith;

using FileBedUploads = FileBedFixture;

TEST_F(FileBedUploads, TakeTheFirstFileOfAForm) {
  run([&]() -> awaitable<void> {
    const std::string content = "\r\n--xy\r\nbytes" + std::string(300'000, 'x');
    const auto path = path_in(co_await ask(form(field("note", "hello") + file("a.BIN", content) +
                                                file("b.bin", "second") + field("more", "x"))));
    EXPECT_THAT(path, testing::EndsWith(".bin"));
    EXPECT_EQ((co_await ask(get(path))).body, content);
    EXPECT_EQ(files_on_disk(), 1U);
  });
}

TEST_F(FileBedUploads, TakeAFileInJson) {
  run([&]() -> awaitable<void> {
    const std::string content("\x89PNG\r\n\x1a\n\0 bytes", 14);
    const auto base64 = base::base64_encoded(content);
    for (const auto& data : {base64, "data:image/png;base64," + base64}) {
      const auto path = path_in(co_await ask(json({{"file_name", "a.png"}, {"file_data", data}})));
      EXPECT_THAT(path, testing::EndsWith(".png"));
      EXPECT_EQ((co_await ask(get(path))).body, content);
    }
  });
}

TEST_F(FileBedUploads, InJsonNeedNoFileName) {
  run([&]() -> awaitable<void> {
    const auto path =
        path_in(co_await ask(json({{"file_data", "aGVsbG8="}, {"api_key", nullptr}})));
    EXPECT_THAT(path, testing::EndsWith(".txt"));
    EXPECT_EQ((co_await ask(get(path))).body, "hello");
  });
}

TEST_F(FileBedUploads, AreToldWhatIsWrongWithThem) {
  run([&]() -> awaitable<void> {
    const auto refusal = [&](std::string request) -> awaitable<std::string> {
      co_return error_in(co_await ask(std::move(request)));
    };
    EXPECT_THAT(co_await refusal(form(field("a", "b"))), StartsWith("400: the form has no file"));
    EXPECT_THAT(co_await refusal(form(file("", ""))), StartsWith("400: the form has no file"));
    EXPECT_THAT(co_await refusal(post("multipart/form-data", "x")), HasSubstr("no boundary"));
    EXPECT_THAT(co_await refusal(post("multipart/form-data; boundary=xyz", file("a", "b"))),
                StartsWith("400: the multipart body ends before"));
    EXPECT_THAT(co_await refusal(post("text/plain", "x")), StartsWith("415: "));
    EXPECT_THAT(co_await refusal(post("application/json", "{")), StartsWith("400: "));
    EXPECT_THAT(co_await refusal(post("application/json", "[]")), HasSubstr("JSON object"));
    EXPECT_THAT(co_await refusal(json({})), HasSubstr("file_data is missing"));
    EXPECT_THAT(co_await refusal(json({{"file_data", 7}})), HasSubstr("must be a string"));
    EXPECT_THAT(co_await refusal(json({{"file_data", "?"}})), HasSubstr("not base64"));
    EXPECT_THAT(co_await refusal(get("/")), StartsWith("404: "));
    EXPECT_THAT(co_await refusal(get("/upload")), StartsWith("405: "));
    EXPECT_EQ(files_on_disk(), 0U);
  });
  EXPECT_EQ(bytes_at_end, 0U);
}

TEST_F(FileBedUploads, WithoutAKeyMustComeFromThisMachine) {
  run([&]() -> awaitable<void> {
    const auto body = file("a.txt", "x") + "--xyz--\r\n";
    const std::string type = "multipart/form-data; boundary=xyz";
    for (const auto& [host, header] :
         {std::pair("rebound.example", ""),
          std::pair("127.0.0.1:5104", "Origin: https://foreign.example\r\n"),
          std::pair("localhost", "Origin: null\r\n")}) {
      const auto response = co_await ask(post(type, body, header, host));
      EXPECT_EQ(response.status, 403) << host << header;
    }
    path_in(co_await ask(post(type, body, "Origin: http://localhost:3000\r\n")));
    EXPECT_EQ(files_on_disk(), 1U);
  });
}

TEST_F(FileBedUploads, NeedTheKeyWhereThereIsOne) {
  api_key = "secret";
  run([&]() -> awaitable<void> {
    const auto a_file = file("a.txt", "x");
    const auto status = [&](std::string request) -> awaitable<int> {
      co_return (co_await ask(std::move(request))).status;
    };
    const std::string bearer = "Authorization: Bearer secret\r\n";
    EXPECT_EQ(co_await status(form(a_file)), 401);
    EXPECT_EQ(co_await status(form(field("api_key", "wrong") + a_file)), 401);
    EXPECT_EQ(co_await status(form(a_file, "Authorization: Bearer wrong\r\n")), 401);
    EXPECT_EQ(co_await status(form(field("api_key", "x"))), 401);
    EXPECT_EQ(co_await status(json({{"file_data", "aGVsbG8="}})), 401);
    EXPECT_EQ(co_await status(json({{"file_data", "aGVsbG8="}, {"api_key", "wrong"}})), 401);
    EXPECT_EQ(files_on_disk(), 0U);
    EXPECT_EQ(co_await status(form(field("api_key", "secret") + a_file)), 200);
    EXPECT_EQ(co_await status(form(a_file, bearer)), 200);
    EXPECT_EQ(co_await status(json({{"file_data", "aGVsbG8="}, {"api_key", "secret"}})), 200);
    EXPECT_EQ(co_await status(json({{"file_data", "aGVsbG8="}}, bearer)), 200);
    EXPECT_THAT(error_in(co_await ask(form(a_file + field("api_key", "secret")))),
                HasSubstr("in front of the file"));
  });
}

TEST_F(FileBedUploads, AreRefusedWhenTheyAreTooLarge) {
  run([&]() -> awaitable<void> {
    const std::string content(1'000'001, 'x');
    EXPECT_THAT(error_in(co_await ask(form(file("a", content)))), StartsWith("413: the file is"));
    const auto base64 = base::base64_encoded(std::string(1'100'000, 'x'));
    EXPECT_THAT(error_in(co_await ask(json({{"file_data", base64}}))),
                StartsWith("413: the file is larger"));
  });
  EXPECT_EQ(bytes_at_end, 0U);
}

TEST_F(FileBedUploads, AreAdvisedToComeAsFormsWhenTheyAreTooLargeForJson) {
  store_options.largest_file_bytes = 100'000'000;
  run([&]() -> awaitable<void> {
    const auto response = co_await ask(
        "POST /upload HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
        "Content-Length: 60000000\r\nExpect: 100-continue\r\n\r\n");
    EXPECT_EQ(response.status, 413);
    EXPECT_THAT(response.body, HasSubstr("send it as multipart/form-data"));
  });
}

TEST_F(FileBedUploads, AreRefusedBeforeTheyAreSentWhenThereIsNoRoom) {
  run([&]() -> awaitable<void> {
    for (int i = 0; i < 2; ++i) path_in(co_await ask(form(file("a", std::string(900'000, 'x')))));
    EXPECT_THAT(error_in(co_await ask(form(file("a", std::string(900'000, 'x'))))),
                StartsWith("507: there is no room"));
    const auto response = co_await ask(
        "POST /upload HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2000000\r\n"
        "Content-Type: multipart/form-data; boundary=xyz\r\nExpect: 100-continue\r\n\r\n");
    EXPECT_EQ(response.status, 507) << "and not 100, which would invite it";
    EXPECT_EQ(files_on_disk(), 2U);
  });
}

TEST_F(FileBedUploads, LeaveNothingWhenTheirClientLeaves) {
  run([&]() -> awaitable<void> {
    {
      test::RawClient client(executor);
      co_await client.connect(port);
      co_await client.send(
          "POST /upload HTTP/1.1\r\nHost: localhost\r\nContent-Length: 900000\r\n"
          "Content-Type: multipart/form-data; boundary=xyz\r\n\r\n" +
          file("a", std::string(500'000, 'x')));
      while (files_on_disk() == 0) co_await ask(get("/"));
      client.close();
    }
    while (files_on_disk() != 0) co_await ask(get("/"));
    path_in(co_await ask(form(file("a", "next"))));
  });
  EXPECT_EQ(bytes_at_end, 4U);
  EXPECT_EQ(log.count(base::LogLevel::error), 0U);
}

}  // namespace
}  // namespace lmbridge::api
