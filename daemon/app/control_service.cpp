#include "app/control_service.hpp"

#include "control/replies.hpp"

#include <grp.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <optional>
#include <string_view>
#include <utility>

namespace lmbridge::app {
namespace asio = boost::asio;
namespace fs = std::filesystem;

namespace {

/// Operators are few; scripts that forget to close must not use up the descriptors.
constexpr std::size_t max_connections = 100;

std::optional<gid_t> find_group(const std::string& name) {
  std::array<char, 16UL * 1024> buffer{};
  struct group entry{};
  struct group* found = nullptr;
  if (getgrnam_r(name.c_str(), &entry, buffer.data(), buffer.size(), &found) != 0) return {};
  return found == nullptr ? std::nullopt : std::optional(found->gr_gid);
}

/// Only root may give files to groups of which it is no member.
bool may_give_to(gid_t group) {
  if (geteuid() == 0 || getegid() == group) return true;
  std::array<gid_t, 256> own{};
  const auto count = getgroups(own.size(), own.data());
  return count > 0 && std::find(own.begin(), own.begin() + count, group) != own.begin() + count;
}

}  // namespace

fs::path control_socket(const settings::Control& settings, const fs::path& state) {
  constexpr const char* name = "control.sock";
  if (!settings.socket.empty()) return settings.socket;
  const auto* runtime = std::getenv("RUNTIME_DIRECTORY");
  const std::string_view given = runtime != nullptr ? runtime : "";
  // systemd names several directories with colons between them; the first one is the unit's main.
  return given.empty() ? state / name : fs::path(given.substr(0, given.find(':'))) / name;
}

std::string control_group(const settings::Control& settings) {
  if (settings.group != settings::Control().group) return settings.group;
  // A daemon that somebody runs for himself does without.
  const auto group = find_group(settings.group);
  return group && may_give_to(*group) ? settings.group : std::string();
}

ControlService::ControlService(const asio::any_io_executor& executor, control::Parts parts)
    : executor_(executor), ids_(parts.ids), log_(parts.log), control_(executor, std::move(parts)) {}

http::ConnectionContext ControlService::connection_context(const http::ServerOptions& limits) {
  auto options = limits;
  options.max_connections = max_connections;
  return {.options = options,
          .handler = [this](http::Exchange& exchange) { return control_.handle(exchange); },
          .error_response = control::error_response,
          .log = log_,
          .ids = ids_};
}

Result<void> ControlService::start(const http::UnixAddress& address,
                                   const http::ServerOptions& limits) {
  return serve(http::Server::listen(executor_, address, connection_context(limits)));
}

Result<void> ControlService::start(const http::InheritedSocket& socket,
                                   const http::ServerOptions& limits) {
  return serve(http::Server::listen(executor_, socket, connection_context(limits)));
}

Result<void> ControlService::serve(Result<std::unique_ptr<http::Server>> listening) {
  if (!listening) return std::unexpected(std::move(listening.error()));
  server_ = *std::move(listening);
  control_.start();
  log_.info("the control socket is open", {{"socket", server_->address()}});
  return {};
}

asio::awaitable<bool> ControlService::drain(std::chrono::steady_clock::duration limit) {
  return server_->drain(limit);
}

void ControlService::hurry() {
  server_->hurry();
}

asio::awaitable<void> ControlService::stop(std::chrono::steady_clock::duration grace) {
  co_await control_.stop();
  co_await server_->stop(grace);
}

}  // namespace lmbridge::app
