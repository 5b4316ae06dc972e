#include "cdp/cookie.hpp"

#include "base/text.hpp"

#include <boost/json/value.hpp>
#include <fmt/format.h>

#include <iterator>

namespace lmbridge::cdp {
namespace {

bool flag(const Fields& fields, std::string_view name) {
  const auto* value = fields.value(name);
  return value != nullptr && value->is_bool() && value->get_bool();
}

/// Negative when there is none.
double number(const Fields& fields, std::string_view name) {
  const auto* value = fields.value(name);
  if (value == nullptr || !value->is_number()) return -1;
  return value->to_number<double>();
}

/// ,"name":"text"
void append_text(std::string& out, std::string_view name, std::string_view text) {
  fmt::format_to(std::back_inserter(out), R"(,"{}":)", name);
  base::append_json_string(out, text);
}

void append_given(std::string& out, std::string_view name, std::string_view text) {
  if (!text.empty()) append_text(out, name, text);
}

}  // namespace

Cookie Cookie::read(const Fields& fields) {
  const auto partition = fields.object("partitionKey");
  return {.name = std::string(fields.text("name")),
          .value = std::string(fields.text("value")),
          .domain = std::string(fields.text("domain")),
          .path = std::string(fields.text("path")),
          .expires = number(fields, "expires"),
          .http_only = flag(fields, "httpOnly"),
          .secure = flag(fields, "secure"),
          .same_site = std::string(fields.text("sameSite")),
          .priority = std::string(fields.text("priority")),
          .source_scheme = std::string(fields.text("sourceScheme")),
          .source_port = fields.integer("sourcePort"),
          .partition_site = std::string(partition.text("topLevelSite")),
          .partition_has_cross_site_ancestor = flag(partition, "hasCrossSiteAncestor"),
          .partition_is_opaque = flag(fields, "partitionKeyOpaque")};
}

void Cookie::append(std::string& out) const {
  out += R"({"name":)";
  base::append_json_string(out, name);
  append_text(out, "value", value);
  // With a domain the cookie would be for every host below it too.
  if (domain.starts_with('.')) {
    append_text(out, "domain", domain);
  } else {
    append_text(out, "url", fmt::format("{}://{}/", secure ? "https" : "http", domain));
  }
  append_text(out, "path", path);
  fmt::format_to(std::back_inserter(out), R"(,"httpOnly":{},"secure":{})", http_only, secure);
  // 17 digits give back the same double; a session cookie has no expiry.
  if (expires >= 0) fmt::format_to(std::back_inserter(out), R"(,"expires":{:.17g})", expires);
  append_given(out, "sameSite", same_site);
  append_given(out, "priority", priority);
  append_given(out, "sourceScheme", source_scheme);
  if (source_port != 0) {
    fmt::format_to(std::back_inserter(out), R"(,"sourcePort":{})", source_port);
  }
  if (!partition_site.empty()) {
    out += R"(,"partitionKey":{"topLevelSite":)";
    base::append_json_string(out, partition_site);
    fmt::format_to(std::back_inserter(out), R"(,"hasCrossSiteAncestor":{}}})",
                   partition_has_cross_site_ancestor);
  }
  out += '}';
}

bool is_sent_to(const Cookie& cookie, std::string_view host) {
  const std::string_view domain = cookie.domain;
  if (!domain.starts_with('.')) return domain == host;
  return host == domain.substr(1) || host.ends_with(domain);
}

}  // namespace lmbridge::cdp
