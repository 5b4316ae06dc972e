#include "settings/listen.hpp"

#include "base/origin.hpp"

#include <fmt/format.h>

#include <charconv>
#include <system_error>

namespace lmbridge::settings {
namespace {

bool split_address(std::string_view text, std::string& address, std::uint16_t& number) {
  const auto colon = text.rfind(':');
  if (colon == std::string_view::npos || colon == 0) return false;
  auto host = text.substr(0, colon);
  const auto digits = text.substr(colon + 1);
  std::uint16_t port = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
  if (error != std::errc() || end != digits.data() + digits.size()) return false;
  if (host.starts_with('[') && host.ends_with(']')) {
    host = host.substr(1, host.size() - 2);
  } else if (host.find(':') != std::string_view::npos) {
    return false;
  }
  if (host.empty() || host.find_first_of("[]") != std::string_view::npos) return false;
  address = host;
  number = port;
  return true;
}

}  // namespace

bool parse_listen(std::string_view text, Server& server) {
  return split_address(text, server.host, server.port);
}

bool parse_listen(std::string_view text, FileBedServer& server) {
  return split_address(text, server.host, server.port);
}

std::string refuse_open_door(const Settings& settings) {
  if (base::is_loopback_host(settings.server.host) || !settings.api_keys.empty()) return {};
  return fmt::format(
      "server.listen is {}, which others can reach, but no key protects it: set \"api_key\" in the "
      "configuration, or listen on 127.0.0.1",
      settings.server.host);
}

}  // namespace lmbridge::settings
