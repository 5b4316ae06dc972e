#include "api/metrics.hpp"

#include <prometheus/client_metric.h>
#include <prometheus/metric_family.h>
#include <prometheus/text_serializer.h>

#include <string>
#include <utility>
#include <vector>

namespace lmbridge::api {
namespace {

using prometheus::ClientMetric;
using prometheus::MetricFamily;
using prometheus::MetricType;

/// The numbers are there already, in the parts that count: they are only put into words.
class Families {
 public:
  void begin(MetricType type, std::string name, std::string help) {
    families_.push_back(
        {.name = std::move(name), .help = std::move(help), .type = type, .metric = {}});
  }
  void add(double value, std::vector<ClientMetric::Label> labels = {}) {
    auto& family = families_.back();
    auto& metric = family.metric.emplace_back();
    metric.label = std::move(labels);
    if (family.type == MetricType::Counter) metric.counter.value = value;
    if (family.type == MetricType::Gauge) metric.gauge.value = value;
  }
  [[nodiscard]] std::string text() const {
    return prometheus::TextSerializer().Serialize(families_);
  }

 private:
  std::vector<MetricFamily> families_;
};

void add_caches(Families& families, const media::Pictures::Counts& counts) {
  const auto each = [&](std::uint64_t media::CacheCounts::* count) {
    families.add(static_cast<double>(counts.fetched.*count), {{"cache", "fetched"}});
    families.add(static_cast<double>(counts.converted.*count), {{"cache", "converted"}});
    families.add(static_cast<double>(counts.thumbnails.*count), {{"cache", "thumbnails"}});
  };
  families.begin(MetricType::Counter, "lmbridge_picture_cache_hits_total",
                 "Pictures that were in the cache when they were wanted");
  each(&media::CacheCounts::hits);
  families.begin(MetricType::Counter, "lmbridge_picture_cache_misses_total",
                 "Pictures that were not");
  each(&media::CacheCounts::misses);
}

void add_media(Families& families, media::Pictures& pictures) {
  add_caches(families, pictures.counts());
  families.begin(MetricType::Gauge, "lmbridge_downloads", "Downloads of pictures, by state");
  families.add(static_cast<double>(pictures.fetcher().running()), {{"state", "running"}});
  families.add(static_cast<double>(pictures.fetcher().waiting()), {{"state", "waiting"}});
  families.begin(MetricType::Gauge, "lmbridge_download_bytes", "What running downloads hold");
  families.add(static_cast<double>(pictures.fetcher().held_bytes()));
  const auto& pool = pictures.converter().pool();
  families.begin(MetricType::Gauge, "lmbridge_conversions", "Conversions of pictures, by state");
  families.add(static_cast<double>(pool.running()), {{"state", "running"}});
  families.add(static_cast<double>(pool.waiting()), {{"state", "waiting"}});
}

void add_uploads(Families& families, const media::FileBeds& file_beds) {
  families.begin(MetricType::Gauge, "lmbridge_uploads", "Uploads to file beds that run");
  families.add(static_cast<double>(file_beds.running()));
}

void add_live_view(Families& families, const live::Live& live) {
  const auto& counts = live.counts();
  families.begin(MetricType::Gauge, "lmbridge_live_viewers", "Persons who look at a page now");
  families.add(static_cast<double>(live.viewers()));
  families.begin(MetricType::Counter, "lmbridge_live_viewers_total",
                 "Persons who were let in, each time that they came");
  families.add(static_cast<double>(counts.viewers));
  families.begin(MetricType::Counter, "lmbridge_live_refused_total",
                 "Those who were not, or whose messages made no sense, by reason");
  for (const auto& [reason, count] : counts.refused) {
    families.add(static_cast<double>(count), {{"reason", reason}});
  }
}

void add_bridge(Families& families, const bridge::Bridge& bridge) {
  families.begin(MetricType::Gauge, "lmbridge_ready", "1 when requests can be run");
  families.add(bridge.readiness().state == bridge::BridgeState::ready ? 1 : 0);
  families.begin(MetricType::Gauge, "lmbridge_requests_waiting", "Requests without a place");
  families.add(static_cast<double>(bridge.line().size()));
  families.begin(MetricType::Gauge, "lmbridge_requests_running", "Requests that a page runs");
  const auto& pages = bridge.pages();
  for (std::size_t i = 0; i < pages.size(); ++i) {
    families.add(static_cast<double>(pages[i]->running()), {{"page", std::to_string(i + 1)}});
  }
  families.begin(MetricType::Counter, "lmbridge_browser_restarts_total",
                 "Browsers that were started in place of another");
  families.add(static_cast<double>(bridge.restarts()));
}

}  // namespace

boost::asio::awaitable<void> show_metrics(http::Exchange& exchange, const Context& context) {
  Families families;
  add_bridge(families, context.bridge);
  add_media(families, context.pictures);
  add_uploads(families, context.file_beds);
  add_live_view(families, context.live);
  co_await exchange.respond(
      {.status = 200,
       .headers = {{"content-type", "text/plain; version=0.0.4"}, {"cache-control", "no-store"}},
       .body = families.text()});
}

}  // namespace lmbridge::api
