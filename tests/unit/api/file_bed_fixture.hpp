// A file bed on a free loopback port, asked over real sockets.
#pragma once

#include "api/file_bed.hpp"
#include "base/base64.hpp"
#include "http/server.hpp"
#include "media/upload_store.hpp"
#include "tests/unit/http/raw_client.hpp"
#include "tests/unit/recording_log.hpp"
#include "tests/unit/result_test.hpp"
#include "tests/unit/temporary_directory.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <fmt/format.h>
#include <gmock/gmock.h>

#include <exception>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>

namespace lmbridge::api {

class FileBedFixture : public testing::Test {
 protected:
  using Body = std::function<boost::asio::awaitable<void>()>;

  /// Runs `body` with the server, then stops it.
  void run(const Body& body) {
    std::exception_ptr failure;
    bool has_ended = false;
    boost::asio::co_spawn(context, serve(body), [&](const std::exception_ptr& thrown) {
      failure = thrown;
      has_ended = true;
      // What is left is the timer of the wait for old files.
      context.stop();
    });
    context.run_for(std::chrono::seconds(20));
    ASSERT_TRUE(has_ended) << "the test did not end in time";
    if (failure) std::rethrow_exception(failure);
  }

  boost::asio::awaitable<void> serve(const Body& body) {
    media::UploadStore store(executor, clock, ids, log, store_options);
    test::must(co_await store.start());
    FileBed bed(executor, store, log,
                {.api_key = api_key, .base_url = [] { return "http://bed"; }});
    auto server = test::must(http::Server::listen(
        executor, http::TcpAddress(),
        {.options = {},
         .handler = [&bed](http::Exchange& exchange) { return bed.handle(exchange); },
         .error_response = file_bed_error,
         .log = log,
         .ids = ids,
         .streamed_body_limit =
             [&bed](const http::Request& head) { return bed.streamed_body_limit(head); }}));
    const auto address = server->address();
    port = static_cast<std::uint16_t>(std::stoul(address.substr(address.rfind(':') + 1)));
    std::exception_ptr failure;
    try {
      co_await body();
    } catch (...) {  // thrown again once everything has stopped
      failure = std::current_exception();
    }
    co_await server->stop(std::chrono::seconds(0));
    co_await store.stop();
    bytes_at_end = store.bytes();
    if (failure) std::rethrow_exception(failure);
  }

  /// The answer to one request on a connection of its own.
  boost::asio::awaitable<test::RawResponse> ask(std::string request, bool with_body = true) {
    test::RawClient client(executor);
    co_await client.connect(port);
    co_await client.send(std::move(request));
    co_return co_await client.receive(with_body);
  }

  static std::string get(std::string_view path, std::string_view headers = "") {
    return fmt::format("GET {} HTTP/1.1\r\nHost: bed.example\r\n{}\r\n", path, headers);
  }

  static std::string post(std::string_view content_type, std::string_view body,
                          std::string_view headers = "", std::string_view host = "localhost") {
    return fmt::format(
        "POST /upload HTTP/1.1\r\nHost: {}\r\nContent-Type: {}\r\nContent-Length: {}\r\n{}\r\n{}",
        host, content_type, body.size(), headers, body);
  }

  static std::string json(const boost::json::object& fields, std::string_view headers = "") {
    return post("application/json", boost::json::serialize(fields), headers);
  }

  static std::string field(std::string_view name, std::string_view content) {
    return fmt::format("--xyz\r\nContent-Disposition: form-data; name=\"{}\"\r\n\r\n{}\r\n", name,
                       content);
  }
  static std::string file(std::string_view filename, std::string_view content) {
    return fmt::format(
        "--xyz\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{}\"\r\n"
        "Content-Type: application/octet-stream\r\n\r\n{}\r\n",
        filename, content);
  }
  static std::string form(std::string_view parts, std::string_view headers = "") {
    return post("multipart/form-data; boundary=xyz", fmt::format("{}--xyz--\r\n", parts), headers);
  }

  /// The path of the file that an upload was answered with.
  static std::string path_in(const test::RawResponse& response) {
    const auto answer = boost::json::parse(response.body).as_object();
    test::require(response.status == 200 && answer.at("success").as_bool(), response.body.c_str());
    const std::string name(answer.at("filename").as_string());
    EXPECT_EQ(answer.at("url").as_string(), "http://bed/uploads/" + name);
    return "/uploads/" + name;
  }

  /// "STATUS: what went wrong".
  static std::string error_in(const test::RawResponse& response) {
    const auto answer = boost::json::parse(response.body).as_object();
    EXPECT_FALSE(answer.at("success").as_bool());
    return fmt::format("{}: {}", response.status, std::string(answer.at("error").as_string()));
  }

  [[nodiscard]] std::size_t files_on_disk() const {
    return static_cast<std::size_t>(
        std::distance(std::filesystem::directory_iterator(store_options.root), {}));
  }

  boost::asio::io_context context{1};
  boost::asio::any_io_executor executor = context.get_executor();
  base::SystemClock clock;
  base::RandomIds ids;
  test::RecordingLog log;
  test::TemporaryDirectory directory;
  media::UploadStoreOptions store_options{.root = directory.path() / "file_bed",
                                          .largest_file_bytes = 1'000'000,
                                          .largest_total_bytes = 2'000'000,
                                          .largest_age = std::chrono::seconds(60)};
  std::string api_key;
  std::uint16_t port = 0;
  std::uint64_t bytes_at_end = 0;
};

}  // namespace lmbridge::api
