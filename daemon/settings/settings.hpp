// The daemon's configuration as values with their defaults. The meaning of each key stands in
// config/config.jsonc; load() reads files into this.
#pragma once

#include "arena/endpoint_map.hpp"
#include "arena/failure.hpp"
#include "arena/model_catalog.hpp"
#include "arena/shaping.hpp"
#include "base/log.hpp"
#include "settings/file_beds.hpp"
#include "settings/pictures.hpp"

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
  /// Links to attachments may be http: and not https: or data: only.
  bool allow_http_links = false;
  std::size_t body_limit_mb = 32;
  std::size_t max_connections = 1000;
  /// Requests that may wait for a free place, and how large they may be together.
  std::size_t max_waiting = 500;
  std::size_t max_waiting_mb = 256;
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
  /// What the page asks for when a chat is begun, and when it goes on: captured ids may come from
  /// there. Empty = they are passed over.
  std::string create_path = "/nextjs-api/stream/create-evaluation";
  std::string follow_up_path = "/nextjs-api/stream/post-to-evaluation/{session_id}";
  std::string method = "PUT";
  std::string content_type = "text/plain;charset=UTF-8";
  /// A body that ends without a finish record is an incomplete answer; otherwise it is a stop.
  bool finish_record_required = true;
  /// Of one request: how many attachments it may have, and how large their data: links may be
  /// together, in MiB of base64.
  std::size_t max_attachments = 10;
  std::size_t max_attachments_mb = 5;
  /// Texts in the site's answers by which failures are told apart.
  arena::Markers markers;
  bool operator==(const Site&) const = default;
};

/// The second listener, which takes files and hands them out for a while (`file_bed_server`).
struct FileBedServer {
  bool enabled = false;
  std::string host = "127.0.0.1";
  std::uint16_t port = 5104;
  /// What links to files begin with, without a slash at the end; empty = the address itself.
  std::string public_url;
  /// What uploads need; empty = nothing.
  std::string api_key;
  std::size_t max_file_mb = 1024;
  /// Of all files, those that are being uploaded included.
  std::size_t max_total_mb = 4096;
  /// Older files are deleted.
  milliseconds max_age{600'000};
  bool operator==(const FileBedServer&) const = default;
};

/// The unix socket on which lmbridgectl and others manage the daemon (`control`).
struct Control {
  /// Empty = control.sock in $RUNTIME_DIRECTORY, else in the state directory.
  std::string socket;
  /// Whose members may use it. Where there is no group of this name, which is the default, nobody
  /// but the daemon's user may.
  std::string group = "lmbridge";
  bool operator==(const Control&) const = default;
};

/// How a person looks at a page from afar (`live_view`).
struct LiveView {
  /// A link is good for so long, and once.
  milliseconds link{600'000};
  /// A view in which nothing is done for so long ends.
  milliseconds idle{1'800'000};
  bool operator==(const LiveView&) const = default;
};

enum class BrowserMode { shell, headless, headed, attach };
enum class Sandbox { automatic, on, off };

struct Browser {
  /// Empty = find one.
  std::string executable;
  BrowserMode mode = BrowserMode::shell;
  /// Of the browser to attach to, in the form of base::read_devtools_address().
  std::string address;
  /// Empty = a directory in the state directory.
  std::string user_data_dir;
  std::vector<std::string> args;
  Sandbox sandbox = Sandbox::automatic;
  milliseconds start_timeout{30'000};
  /// Browser contexts, each with a page and the cookies: limits of connections are per context.
  std::size_t contexts = 1;
  /// Requests at once in one context over HTTP/2, where the protocol itself sets no limit of six.
  std::size_t max_requests_per_context = 90;
  /// A page whose share of the browser's memory is larger is loaded anew when it is idle; 0 =
  /// never.
  std::size_t memory_limit_mb = 2000;
  /// A page that answers nothing for so long is replaced.
  milliseconds unresponsive_after{4'500};
  bool operator==(const Browser&) const = default;
};

enum class LogFormat { text, json };

struct Logging {
  base::LogLevel level = base::LogLevel::info;
  LogFormat format = LogFormat::text;
  bool operator==(const Logging&) const = default;
};

/// One of `api_keys`, or `api_key` without a name.
struct ApiKey {
  std::string name;
  /// Empty where only its hash is known.
  std::string key;
  /// The models that it may ask for; empty = all.
  std::vector<std::string> models;
  /// As hash_key() makes it; empty where the key itself stands there.
  std::string hash = {};
  bool operator==(const ApiKey&) const = default;
};

/// Where a model's reasoning goes in what the client gets.
enum class ReasoningOutput {
  /// The field `reasoning_content`.
  field,
  /// `<think>...</think>` in front of the content.
  think_tag
};

struct Reasoning {
  /// Hand it to the client at all.
  bool enabled = false;
  ReasoningOutput output = ReasoningOutput::field;
  /// As it comes, or as one block; think tags are one block either way.
  bool preserve_streaming = true;
  bool operator==(const Reasoning&) const = default;
};

/// The form of an error once a stream has begun.
enum class StreamErrorStyle {
  /// `data: {"error":...}`, and nothing behind it.
  event,
  /// The predecessor's: a text in the answer, which then ends as if nothing had happened.
  content
};

/// What is done for requests that can't be run at once, or whose try has failed.
struct Recovery {
  /// Hold requests while no page can take them, and try again (`enable_auto_retry`).
  bool enabled = true;
  /// How long a request is held, in all (`retry_timeout_seconds`).
  milliseconds hold_limit{60'000};
  bool operator==(const Recovery&) const = default;
};

/// What is done about answers without any content (`empty_response_retry`): asked again after
/// base_delay * 2^n, at most max_delay.
struct EmptyRetry {
  bool enabled = true;
  std::size_t max_retries = 5;
  milliseconds base_delay{1'000};
  milliseconds max_delay{30'000};
  /// Retries are told in the answer's text, not in comments of the stream.
  bool show_to_client = false;
  bool operator==(const EmptyRetry&) const = default;
};

/// How much the log tells (`debug_*`, `url_display_length`).
struct Debug {
  bool stream_timing = false;
  /// Links whole; otherwise they are cut.
  bool full_urls = false;
  /// Bytes of a link that the log shows.
  std::size_t url_length = 200;
  bool operator==(const Debug&) const = default;
};

/// Whether somebody is asked for the newest version (`enable_auto_update`, `update`).
struct Updates {
  bool enabled = true;
  /// http: or https:; empty = nobody.
  std::string address;
  bool operator==(const Updates&) const = default;
};

struct Settings {
  /// Where requests of models without an endpoint of their own are run; ids are empty until they
  /// are captured.
  arena::Endpoint default_endpoint;
  arena::IdOrigin default_ids_origin;
  bool use_default_endpoint = true;
  /// `api_key` and `api_keys`; empty = no key is asked for.
  std::vector<ApiKey> api_keys;
  milliseconds stream_response_timeout{360'000};
  /// A request older than this is ended, whatever it does.
  milliseconds request_timeout{1'800'000};
  Recovery recovery;
  EmptyRetry empty_retry;
  /// After so long without a request the browser is started anew; 0 = never.
  milliseconds idle_restart{0};
  /// After so long the site's list of models is read again; 0 = never.
  std::size_t model_refresh_hours = 0;
  /// Resident memory of the daemon above which it gives back what it can; 0 = never.
  std::size_t gc_threshold_mb = 500;
  Reasoning reasoning;
  /// Links of search models behind the answer.
  bool append_citations = true;
  StreamErrorStyle stream_error_style = StreamErrorStyle::event;
  arena::Shaping shaping;
  Pictures pictures;
  /// Pictures in requests that are too large for the site are made smaller.
  bool shrink_oversized = true;
  FileBeds file_beds;
  Debug debug;
  Updates updates;
  Server server;
  FileBedServer file_bed_server;
  Control control;
  LiveView live_view;
  Site site;
  Browser browser;
  Logging logging;
  /// models.json
  arena::ModelCatalog models;
  /// model_endpoint_map.json
  arena::EndpointMap endpoints;
  bool operator==(const Settings&) const = default;
};

}  // namespace lmbridge::settings
