// The daemon's configuration as values with their defaults. The meaning of each key stands in
// config/config.jsonc; load() reads files into this.
#pragma once

#include "arena/failure.hpp"
#include "base/log.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace lmbridge::settings {

using std::chrono::milliseconds;

struct Server {
  std::string host = "127.0.0.1";
  std::uint16_t port = 5102;
  /// Names besides loopback ones by which clients may call us while there is no API key.
  std::vector<std::string> hosts;
  /// Origins of web pages that may call us; "*" = all.
  std::vector<std::string> allowed_origins;
  std::size_t body_limit_mb = 32;
  std::size_t max_connections = 1000;
  milliseconds header_timeout{15'000};
  milliseconds body_timeout{60'000};
  milliseconds idle_timeout{75'000};
  milliseconds write_timeout{60'000};
  milliseconds drain{10'000};
  bool operator==(const Server&) const = default;
};

struct Site {
  std::string origin = "https://lmarena.ai";
  std::string page_path = "/";
  std::string retry_path =
      "/nextjs-api/stream/retry-evaluation-session-message/{session_id}/messages/{message_id}";
  std::string method = "PUT";
  std::string content_type = "text/plain;charset=UTF-8";
  /// Texts in the site's answers by which failures are told apart.
  arena::Markers markers;
  bool operator==(const Site&) const = default;
};

enum class BrowserMode { shell, headless };
enum class Sandbox { automatic, on, off };

struct Browser {
  /// Empty = find one.
  std::string executable;
  BrowserMode mode = BrowserMode::shell;
  /// Empty = a directory in the state directory.
  std::string user_data_dir;
  std::vector<std::string> args;
  Sandbox sandbox = Sandbox::automatic;
  milliseconds start_timeout{30'000};
  bool operator==(const Browser&) const = default;
};

enum class LogFormat { text, json };

struct Logging {
  base::LogLevel level = base::LogLevel::info;
  LogFormat format = LogFormat::text;
  bool operator==(const Logging&) const = default;
};

/// A line of models.json.
struct ModelEntry {
  std::string name;
  /// "uuid", "uuid:type", "null:type" ...
  std::string value;
  /// "models.json:3:12", for messages.
  std::string place;
  bool operator==(const ModelEntry&) const = default;
};

struct Settings {
  /// Of the evaluation session that requests are run in; empty = not captured yet.
  std::string session_id;
  std::string message_id;
  /// The key that clients must send; empty = none is asked for.
  std::string api_key;
  milliseconds stream_response_timeout{360'000};
  Server server;
  Site site;
  Browser browser;
  Logging logging;
  std::vector<ModelEntry> models;
  bool operator==(const Settings&) const = default;
};

}  // namespace lmbridge::settings
