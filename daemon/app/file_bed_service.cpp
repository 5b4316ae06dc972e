#include "app/file_bed_service.hpp"

#include <fmt/format.h>

#include <utility>

namespace lmbridge::app {
namespace asio = boost::asio;
using asio::awaitable;

namespace {

constexpr std::uint64_t megabyte = 1024UL * 1024;
/// Each upload holds some pieces of its file in memory.
constexpr std::size_t max_connections = 200;
/// Of requests that are no uploads.
constexpr std::uint64_t body_limit = 64UL * 1024;

http::ServerOptions server_options(const settings::Settings& settings) {
  const auto& server = settings.server;
  return {.body_limit = body_limit,
          .max_connections = max_connections,
          .header_timeout = server.header_timeout,
          .body_timeout = server.body_timeout,
          .idle_timeout = server.idle_timeout,
          .write_timeout = server.write_timeout};
}

media::UploadStoreOptions store_options(const settings::FileBedServer& settings,
                                        std::filesystem::path folder) {
  return {.root = std::move(folder),
          .largest_file_bytes = settings.max_file_mb * megabyte,
          .largest_total_bytes = settings.max_total_mb * megabyte,
          .largest_age = settings.max_age};
}

}  // namespace

FileBedService::FileBedService(const asio::any_io_executor& executor,
                               const settings::Settings& settings, std::filesystem::path folder,
                               const base::Clock& clock, base::IdSource& ids, base::Log& log)
    : executor_(executor),
      settings_(settings.file_bed_server),
      server_options_(server_options(settings)),
      ids_(ids),
      log_(log),
      store_(executor, clock, ids, log, store_options(settings_, std::move(folder))),
      api_(executor, store_, log,
           {.api_key = settings_.api_key, .base_url = [this] { return base_url(); }}) {}

awaitable<Result<void>> FileBedService::start() {
  if (auto started = co_await store_.start(); !started) co_return started;
  auto listening = listen();
  if (!listening) {
    co_await store_.stop();
    co_return listening;
  }
  log_.info("the file bed server is listening",
            {{"upload_url", fmt::format("http://{}/upload", server_->address())},
             {"links", fmt::format("{}/uploads/", base_url())},
             {"key_needed", !settings_.api_key.empty()},
             {"files", store_.files()}});
  co_return listening;
}

Result<void> FileBedService::listen() {
  auto listening = http::Server::listen(
      executor_,
      http::TcpAddress{
          .host = settings_.host, .port = settings_.port, .chosen_by = "file_bed_server.listen"},
      {.options = server_options_,
       .handler = [this](http::Exchange& exchange) { return api_.handle(exchange); },
       .error_response = api::file_bed_error,
       .log = log_,
       .ids = ids_,
       .streamed_body_limit =
           [this](const http::Request& head) { return api_.streamed_body_limit(head); }});
  if (!listening) return std::unexpected(std::move(listening.error()));
  server_ = *std::move(listening);
  return {};
}

std::string FileBedService::base_url() const {
  return settings_.public_url.empty() ? fmt::format("http://{}", server_->address())
                                      : settings_.public_url;
}

awaitable<bool> FileBedService::drain(std::chrono::steady_clock::duration limit) {
  return server_->drain(limit);
}

void FileBedService::hurry() {
  server_->hurry();
}

awaitable<void> FileBedService::stop(std::chrono::steady_clock::duration grace) {
  co_await server_->stop(grace);
  co_await store_.stop();
}

}  // namespace lmbridge::app
