#include "app/daemon.hpp"

#include "api/api.hpp"
#include "api/replies.hpp"
#include "api/routing.hpp"
#include "app/control_service.hpp"
#include "app/daemon_options.hpp"
#include "app/file_bed_service.hpp"
#include "app/make_log.hpp"
#include "app/memory_keeper.hpp"
#include "app/notifier.hpp"
#include "app/profile_lock.hpp"
#include "app/service_status.hpp"
#include "bridge/bridge.hpp"
#include "bridge/page_file.hpp"
#include "http/server.hpp"
#include "journal/recent.hpp"
#include "journal/recent_log.hpp"
#include "live/live.hpp"
#include "media/file_beds.hpp"
#include "media/pictures.hpp"
#include "media/update_check.hpp"
#include "settings/live.hpp"
#include "settings/reloader.hpp"
#include "settings/watcher.hpp"

#include <boost/asio/signal_set.hpp>
#include <fmt/format.h>

#include <csignal>
#include <utility>

namespace lmbridge::app {
namespace asio = boost::asio;
using asio::awaitable;

namespace {

/// For answers that are cut at shutdown to say so.
constexpr std::chrono::milliseconds last_words{500};

class Daemon {
 public:
  Daemon(const CommandLine& command_line, const Activation& activation,
         const settings::Loaded& loaded, const Directories& directories, journal::RecentLog& log)
      : activation_(activation),
        settings_(loaded.settings),
        log_(log),
        reloader_({.config_file = command_line.config_file,
                   .overrides = [&command_line](auto& settings) { apply(command_line, settings); },
                   .on_begin = [this] { service_.reload_begins(); },
                   .on_end =
                       [this] {
                         service_.reload_ended();
                         updates_.settings_changed();
                       }},
                  loaded, settings_, log),
        watcher_(context_.get_executor(), log, configuration_files(command_line)),
        bridge_(context_.get_executor(), bridge_options(*settings_.current(), directories, log),
                settings_, log),
        pictures_(context_.get_executor(), settings_, clock_, log, directories.pictures,
                  [this](std::string link) { return fetch_in_page(std::move(link)); }),
        file_beds_(context_.get_executor(), settings_, clock_, log, &media::random_below),
        updates_(context_.get_executor(), settings_, clock_, log,
                 {.version = LMBRIDGE_VERSION, .file = directories.state / "newest_version.json"}),
        live_(context_.get_executor(), {.settings = settings_,
                                        .bridge = bridge_,
                                        .log = log_,
                                        .error_response = api::error_response}),
        api_({.settings = settings_,
              .bridge = bridge_,
              .pictures = pictures_,
              .file_beds = file_beds_,
              .endpoints = endpoints_,
              .refusals = refusals_,
              .ids = ids_,
              .clock = clock_,
              .log = log_,
              .recent = recent_,
              .live = live_,
              .started = started_}),
        file_bed_folder_(directories.state / "file_bed"),
        state_(directories.state),
        places_{.state = directories.state,
                .profile = attaches() ? std::filesystem::path() : directories.profile,
                .pictures = directories.pictures},
        control_(context_.get_executor(), control_parts()),
        tasks_(context_.get_executor(), log),
        stop_(context_.get_executor()) {}

  ExitCode run() {
    std::exception_ptr failure;
    asio::co_spawn(context_, serve(), [&](const std::exception_ptr& thrown) {
      failure = thrown;
      // Every task has been awaited; what may be left is the timer of a wait that ended early.
      context_.stop();
    });
    context_.run();
    if (!failure) return outcome_;
    log_.error("the daemon failed", {{"exception", base::describe(failure)}});
    return ExitCode::internal;
  }

 private:
  awaitable<void> serve() {
    auto listening = listen();
    if (!listening) {
      give_up(listening.error());
      co_return;
    }
    server_ = *std::move(listening);
    if (auto started = co_await start_services(); !started) {
      give_up(started.error());
      co_await server_->stop(std::chrono::seconds(0));
      co_return;
    }
    bridge_.on_change([this] { service_.update(view_of(bridge_)); });
    service_.update(view_of(bridge_));
    tasks_.spawn("signals", [this] { return wait_for_signal(); });
    tasks_.spawn("reload on SIGHUP", [this] { return reload_on_signal(); });
    tasks_.spawn("reload on change", [this] { return reload_on_change(); });
    tasks_.spawn("watchdog", [this] { return Notifier::keep_watchdog(context_.get_executor()); });
    pictures_.start();
    file_beds_.start();
    tasks_.spawn("memory", [this] { return memory_.run(); });
    tasks_.spawn("newest version", [this] { return updates_.run(); });
    tasks_.spawn("bridge", [this] { return keep_bridge(server_->address()); });
    while (!stopping_) co_await stop_.wait();
    co_await shut_down();
  }

  [[nodiscard]] bool attaches() const {
    return settings_.current()->browser.mode == settings::BrowserMode::attach;
  }

  Result<std::unique_ptr<http::Server>> listen() {
    const auto& options = settings_.current()->server;
    http::ConnectionContext context{
        .options = server_options(options),
        .handler = [this](http::Exchange& exchange) { return handle(exchange); },
        .error_response = api::error_response,
        .log = log_,
        .ids = ids_};
    const auto executor = context_.get_executor();
    if (activation_.api) {
      return http::Server::listen(executor, *activation_.api, std::move(context));
    }
    return http::Server::listen(
        executor, http::TcpAddress{.host = options.host, .port = options.port}, std::move(context));
  }

  awaitable<void> handle(http::Exchange& exchange) {
    // Who may look is known by other means than those who ask.
    return live::Live::is_meant(exchange.request().path) ? live_.handle(exchange)
                                                         : api_.handle(exchange);
  }

  /// Those beside the one that clients ask.
  awaitable<Result<void>> start_services() {
    auto started = start_control();
    if (!started) co_return started;
    started = co_await start_file_bed();
    if (!started) co_await control_.stop(std::chrono::seconds(0));
    co_return started;
  }

  Result<void> start_control() {
    const auto& settings = *settings_.current();
    const auto limits = server_options(settings.server);
    if (activation_.control) return control_.start(*activation_.control, limits);
    return control_.start(http::UnixAddress{.path = control_socket(settings.control, state_),
                                            .group = control_group(settings.control),
                                            .chosen_by = "control.socket"},
                          limits);
  }

  control::Parts control_parts() {
    return {
        .settings = settings_,
        .reloader = reloader_,
        .bridge = bridge_,
        .recent = recent_,
        .live = live_,
        .refusals = refusals_,
        .ids = ids_,
        .clock = clock_,
        .log = log_,
        .started = started_,
        .version = LMBRIDGE_VERSION,
        .places = places_,
        .newer_version = [this] { return updates_.newer_version(); },
        .addresses = [this] { return addresses(); },
        .why_unusable = api::why_no_route,
        .chat = [this](http::Exchange& exchange) { return api_.handle_trusted_chat(exchange); }};
  }

  boost::json::object addresses() {
    boost::json::object addresses{{"api", fmt::format("http://{}/v1", server_->address())},
                                  {"control", control_.address()}};
    if (file_bed_) addresses["file_bed"] = file_bed_->base_url();
    return addresses;
  }

  awaitable<Result<void>> start_file_bed() {
    const auto& settings = *settings_.current();
    if (!settings.file_bed_server.enabled) co_return Result<void>();
    auto file_bed = std::make_unique<FileBedService>(context_.get_executor(), settings,
                                                     file_bed_folder_, clock_, ids_, log_);
    auto started = co_await file_bed->start();
    if (started) file_bed_ = std::move(file_bed);
    co_return started;
  }

  awaitable<void> shut_down() {
    const auto drain = settings_.current()->server.drain;
    service_.stopping(drain);
    // Requests that wait are told so at once; those that run get their time.
    bridge_.close();
    live_.close();
    const auto drain_end = std::chrono::steady_clock::now() + drain;
    if (!co_await server_->drain(drain)) {
      log_.warning("answers were still running at the end of the drain time; ending them",
                   {{"drain_ms", drain.count()}});
      bridge_.refuse();
    }
    // Only now, so that operators see how far it is; chats may have come that way, too.
    co_await control_.drain(drain_end - std::chrono::steady_clock::now());
    co_await server_->stop(last_words);
    co_await control_.stop(last_words);
    // Later, because the site fetches files for answers that were running.
    if (file_bed_) {
      co_await file_bed_->drain(drain_end - std::chrono::steady_clock::now());
      co_await file_bed_->stop(last_words);
    }
    tasks_.cancel();
    co_await tasks_.join();
    co_await file_beds_.stop();
    co_await pictures_.stop();
    bridge_.on_change(nullptr);
    service_.closing_browser();
    co_await bridge_.stop();
    log_.info("stopped");
  }

  void give_up(const Error& error) {
    log_.error(base::describe_chain(error));
    outcome_ = exit_code(error.code);
    stopping_ = true;
    stop_.notify();
  }

  awaitable<void> keep_bridge(std::string address) {
    service_.starting(settings_.current()->browser.start_timeout);
    const auto started = co_await bridge_.start();
    if (!started) {
      give_up(started.error());
      co_return;
    }
    log_.info("listening", {{"base_url", fmt::format("http://{}/v1", address)}});
    service_.started();
    trim_heap();
    give_back_code();
    co_await bridge_.run();
  }

  awaitable<Result<media::Fetched>> fetch_in_page(std::string link) {
    const auto& downloads = settings_.current()->pictures.downloads;
    auto file = co_await bridge::fetch_in_page(
        bridge_, std::move(link),
        {.bytes = downloads.size_limit_mb * 1024 * 1024, .time = downloads.total_timeout});
    if (!file) co_return std::unexpected(std::move(file.error()));
    co_return media::Fetched{.bytes = std::move(file->bytes),
                             .content_type = std::move(file->content_type)};
  }

  awaitable<void> wait_for_signal() {
    const auto number = co_await ends_.async_wait(asio::use_awaitable);
    log_.info("stopping", {{"signal", number}});
    stopping_ = true;
    stop_.notify();
    co_await ends_.async_wait(asio::use_awaitable);
    log_.info("stopping at once");
    server_->hurry();
    control_.hurry();
    if (file_bed_) file_bed_->hurry();
    // A third one must not kill us before the browser has written its cookies.
    for (;;) co_await ends_.async_wait(asio::use_awaitable);
  }

  awaitable<void> reload_on_signal() {
    for (;;) {
      co_await hangups_.async_wait(asio::use_awaitable);
      reloader_.reload(settings::Reloader::Trigger::asked_for);
    }
  }

  awaitable<void> reload_on_change() {
    for (;;) {
      co_await watcher_.changed();
      reloader_.reload(settings::Reloader::Trigger::file_changed);
    }
  }

  const Activation activation_;
  settings::LiveSettings settings_;
  journal::RecentLog& log_;
  asio::io_context context_{1};
  // From the beginning: signals that come before somebody waits for them are kept.
  asio::signal_set ends_{context_, SIGINT, SIGTERM};
  asio::signal_set hangups_{context_, SIGHUP};
  ServiceStatus service_;
  settings::Reloader reloader_;
  settings::Watcher watcher_;
  base::SystemClock clock_;
  base::RandomIds ids_;
  const std::chrono::system_clock::time_point started_ = clock_.wall_now();
  journal::Recent recent_;
  bridge::Bridge bridge_;
  media::Pictures pictures_;
  media::FileBeds file_beds_;
  media::UpdateCheck updates_;
  arena::EndpointSelector endpoints_{clock_};
  arena::SessionRefusals refusals_{clock_};
  live::Live live_;
  api::Api api_;
  MemoryKeeper memory_{{.threshold_mb = [this] { return settings_.current()->gc_threshold_mb; }},
                       log_};
  std::unique_ptr<http::Server> server_;
  const std::filesystem::path file_bed_folder_;
  /// Only where it is enabled.
  std::unique_ptr<FileBedService> file_bed_;
  const std::filesystem::path state_;
  const control::MachinePlaces places_;
  ControlService control_;
  base::TaskGroup tasks_;
  base::Condition stop_;
  bool stopping_ = false;
  ExitCode outcome_ = ExitCode::success;
};

}  // namespace

ExitCode run_daemon(const CommandLine& command_line, const Activation& activation,
                    const settings::Loaded& loaded) {
  const auto& settings = loaded.settings;
  const base::SystemClock clock;
  const auto written = make_log(settings.logging, clock);
  journal::RecentLog log(*written, clock);
  const auto directories = find_directories(command_line, settings);
  if (!directories) {
    log.error(directories.error().message);
    return exit_code(directories.error().code);
  }
  const auto lock = ProfileLock::acquire(directories->profile);
  if (!lock) {
    log.error(lock.error().message);
    return exit_code(lock.error().code);
  }
  Daemon daemon(command_line, activation, loaded, *directories, log);
  return daemon.run();
}

}  // namespace lmbridge::app
