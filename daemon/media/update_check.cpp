#include "media/update_check.hpp"

#include "base/new_file.hpp"
#include "base/text.hpp"
#include "media/fetcher.hpp"
#include "media/version.hpp"

#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <cstdlib>
#include <fstream>
#include <utility>

namespace lmbridge::media {
namespace asio = boost::asio;
namespace json = boost::json;
using asio::awaitable;
using std::chrono::system_clock;

namespace {

constexpr std::chrono::hours interval{24};
/// GitHub tells with a release of all its files.
constexpr std::size_t answer_limit = 1024UL * 1024;
constexpr std::size_t record_limit = 16UL * 1024;
/// What is later is no date, and more than the clock's type takes.
constexpr std::int64_t latest_asked = 8'000'000'000;

/// Whom the operator names may be asked wherever it is.
Result<FetcherOptions> fetcher_options(const std::string& address,
                                       const settings::Downloads& downloads,
                                       const std::string& version) {
  const auto target = Target::parse(address);
  if (!target) return std::unexpected(target.error());
  return FetcherOptions{.turns = {.at_once = 1, .pause = {}},
                        .max_retries = 1,
                        .size_limit = answer_limit,
                        .connections = {},
                        .allow_private_hosts = HostList({target->host()}),
                        .tls_insecure_hosts = HostList(downloads.tls_insecure_hosts),
                        .ca_file = downloads.ca_file,
                        .user_agent = "lmbridge/" + version};
}

std::string text_of(const json::object& object, std::string_view key) {
  const auto* member = object.if_contains(key);
  return member != nullptr && member->is_string() ? std::string(member->as_string())
                                                  : std::string();
}

}  // namespace

UpdateCheck::UpdateCheck(const asio::any_io_executor& executor,
                         const settings::LiveSettings& settings, const base::Clock& clock,
                         base::Log& log, Options options)
    : executor_(executor),
      settings_(settings),
      clock_(clock),
      log_(log),
      options_(std::move(options)),
      news_(executor) {}

awaitable<void> UpdateCheck::run() {
  record_ = read_record();
  for (;;) {
    take_up();
    const auto next = due();
    const auto now = clock_.wall_now();
    if (!next) {
      co_await news_.wait();
    } else if (now < *next) {
      co_await news_.wait_until(std::chrono::steady_clock::now() + (*next - now));
    } else {
      co_await ask(settings_.current()->updates.address);
    }
  }
}

std::optional<system_clock::time_point> UpdateCheck::due() const {
  const auto& updates = settings_.current()->updates;
  if (!updates.enabled || updates.address.empty()) return std::nullopt;
  // A clock that was wrong must not keep us from asking for ever.
  const bool is_known = record_.address == updates.address && record_.asked <= clock_.wall_now();
  return is_known ? record_.asked + interval : system_clock::time_point();
}

/// What is known counts as long as its source would be asked again.
void UpdateCheck::take_up() {
  const auto& updates = settings_.current()->updates;
  const auto newest = parse_version(record_.newest);
  const auto ours = parse_version(options_.version);
  const bool counts = updates.enabled && updates.address == record_.address && newest && ours;
  newer_ = counts && *newest > *ours ? record_.newest : std::string();
  if (newer_.empty() || newer_ == told_) return;
  told_ = newer_;
  log_.info("there is a newer version", {{"newest", newer_}, {"running", options_.version}});
}

awaitable<void> UpdateCheck::ask(std::string address) {
  const auto version = co_await fetch_version(address);
  // After a failure, too: whoever is asked need not hear of it more often.
  record_.asked = clock_.wall_now();
  if (version) {
    record_.newest = *version;
  } else {
    if (address != record_.address) record_.newest.clear();
    log_.info("the newest version could not be asked for; trying again in a day",
              {{"reason", describe_chain(version.error())}});
  }
  record_.address = std::move(address);
  write_record();
}

awaitable<Result<std::string>> UpdateCheck::fetch_version(const std::string& address) {
  auto options =
      fetcher_options(address, settings_.current()->pictures.downloads, options_.version);
  if (!options) co_return std::unexpected(std::move(options.error()));
  Fetcher fetcher(executor_, *std::move(options), Proxies(&std::getenv), log_);
  const auto fetched = co_await fetcher.fetch(address);
  if (!fetched) co_return std::unexpected(fetched.error());
  co_return version_in(fetched->bytes);
}

/// What can't be read is forgotten: the worst of it is one question more.
UpdateCheck::Record UpdateCheck::read_record() const {
  std::ifstream stream(options_.file, std::ios::binary);
  std::string text(record_limit, '\0');
  stream.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(stream.gcount()));
  boost::system::error_code error;
  const auto value = json::parse(text, error);
  if (error || !value.is_object()) return {};
  const auto& object = value.as_object();
  const auto* asked = object.if_contains("asked");
  if (asked == nullptr || !asked->is_int64()) return {};
  const auto seconds = asked->as_int64();
  if (seconds < 0 || seconds > latest_asked) return {};
  return {.address = text_of(object, "address"),
          .asked = system_clock::time_point(std::chrono::seconds(seconds)),
          .newest = text_of(object, "newest")};
}

void UpdateCheck::write_record() const {
  const json::object object{{"address", record_.address},
                            {"asked", base::unix_seconds(record_.asked)},
                            {"newest", record_.newest}};
  base::NewFile file(options_.file);
  if (file.is_open() && file.write_all(json::serialize(object)) && file.take_place()) return;
  log_.debug("when the newest version was asked for could not be noted",
             {{"file", options_.file.string()}});
}

}  // namespace lmbridge::media
