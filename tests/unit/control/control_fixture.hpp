// The control interface over real files and a bridge whose browser was never started.
#pragma once

#include "base/text.hpp"
#include "control/control.hpp"
#include "control/replies.hpp"
#include "tests/unit/coroutine_test.hpp"
#include "tests/unit/recording_log.hpp"
#include "tests/unit/result_test.hpp"
#include "tests/unit/temporary_directory.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <gmock/gmock.h>

#include <fstream>
#include <iterator>
#include <optional>
#include <string>
#include <utility>

namespace lmbridge::control {

/// Keeps what it is answered.
class FakeExchange final : public http::Exchange {
 public:
  explicit FakeExchange(http::Request request) : request_(std::move(request)) {}

  [[nodiscard]] const http::Request& request() const override { return request_; }
  boost::asio::awaitable<Result<std::size_t>> read_body(std::span<char>) override { co_return 0U; }
  void add_response_header(std::string name, std::string value) override {
    headers.add(std::move(name), std::move(value));
  }
  boost::asio::awaitable<Result<void>> respond(http::Response response) override {
    answer = std::move(response);
    co_return Result<void>();
  }
  boost::asio::awaitable<Result<void>> start_stream(http::Response) override {
    co_return Result<void>();
  }
  boost::asio::awaitable<Result<void>> start_sized(http::Response, std::uint64_t) override {
    co_return Result<void>();
  }
  bool write_now(std::string_view) override { return true; }
  boost::asio::awaitable<Result<void>> flush() override { co_return Result<void>(); }
  boost::asio::awaitable<Result<void>> finish() override { co_return Result<void>(); }
  boost::asio::awaitable<Result<std::unique_ptr<http::WebSocket>>> accept_web_socket(
      http::WebSocketOptions) override {
    co_return fail(ErrorCode::invalid_request, "no WebSocket");
  }
  [[nodiscard]] bool client_left() const override { return false; }
  [[nodiscard]] bool started() const override { return answer.has_value(); }

  std::optional<http::Response> answer;
  http::Headers headers;

 private:
  http::Request request_;
};

struct Said {
  unsigned status = 0;
  boost::json::object body;

  /// error.code, or nothing.
  [[nodiscard]] std::string code() const { return in_error("code"); }
  [[nodiscard]] std::string message() const { return in_error("message"); }

 private:
  [[nodiscard]] std::string in_error(std::string_view key) const {
    const auto* error = body.if_contains("error");
    return error == nullptr ? std::string() : std::string(error->at(key).as_string());
  }
};

class ControlFixture : public testing::Test {
 protected:
  void start(std::string_view config, std::string_view models = "{}") {
    write("config.jsonc", config);
    write("models.json", models);
    auto loaded = settings::load(file("config.jsonc"));
    ASSERT_TRUE(loaded.errors.empty()) << loaded.errors.front();
    live.emplace(loaded.settings);
    reloader.emplace(settings::Reloader::Options{.config_file = file("config.jsonc"),
                                                 .overrides = [](settings::Settings&) {}},
                     loaded, *live, log);
    bridge.emplace(context.get_executor(),
                   bridge::BridgeOptions{.browser = {},
                                         .page = {},
                                         .cookie_file = directory.path() / "cookies.json",
                                         .line = {}},
                   *live, log);
    live_view.emplace(
        context.get_executor(),
        live::Live::Parts{
            .settings = *live, .bridge = *bridge, .log = log, .error_response = error_response});
    control.emplace(context.get_executor(), parts());
  }

  /// The answer to one call, of somebody with the uid 7.
  Said call(std::string method, const std::string& path, std::string body = "") {
    auto query = path.find('?') == std::string::npos ? "" : path.substr(path.find('?') + 1);
    http::Request request{.id = "req_1",
                          .method = std::move(method),
                          .path = path.substr(0, path.find('?')),
                          .query = std::move(query),
                          .headers = {},
                          .body = std::move(body),
                          .peer = http::Peer{.pid = 6, .uid = 7, .user = "alice"}};
    FakeExchange exchange(std::move(request));
    context.restart();
    test::run(context, control->handle(exchange));
    const auto& answer = exchange.answer.value();
    return {.status = answer.status, .body = boost::json::parse(answer.body).as_object()};
  }

  [[nodiscard]] std::string file(const std::string& name) const {
    return (directory.path() / name).string();
  }
  void write(const std::string& name, std::string_view text) const {
    std::ofstream(file(name), std::ios::binary) << text;
  }
  [[nodiscard]] std::string read(const std::string& name) const {
    std::ifstream stream(file(name), std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), {}};
  }

  Parts parts() {
    return {.settings = *live,
            .reloader = *reloader,
            .bridge = *bridge,
            .recent = recent,
            .live = *live_view,
            .refusals = refusals,
            .ids = ids,
            .clock = clock,
            .log = recent_log,
            .started = clock.wall_now(),
            .version = "1.2.3",
            .places = {.state = directory.path(),
                       .profile = directory.path(),
                       .pictures = directory.path() / "pictures"},
            .newer_version = [this] { return newer_version; },
            .addresses = [] { return boost::json::object{{"api", "http://here/v1"}}; },
            .why_unusable = [](std::string_view model,
                               const settings::Settings&) -> std::optional<Error> {
              if (model != "closed") return std::nullopt;
              return Error{.code = ErrorCode::session_ids_missing, .message = "no session"};
            },
            .chat = {}};
  }

  test::TemporaryDirectory directory;
  boost::asio::io_context context{1};
  test::RecordingLog log;
  base::SystemClock clock;
  base::RandomIds ids;
  journal::Recent recent;
  arena::SessionRefusals refusals{clock};
  journal::RecentLog recent_log{log, clock};
  std::string newer_version;
  std::optional<settings::LiveSettings> live;
  std::optional<settings::Reloader> reloader;
  std::optional<bridge::Bridge> bridge;
  std::optional<live::Live> live_view;
  std::optional<Control> control;
};

}  // namespace lmbridge::control
