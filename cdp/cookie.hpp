// A cookie as Storage.getCookies gives it and Storage.setCookies takes it.
#pragma once

#include "cdp/fields.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace lmbridge::cdp {

/// Value type. Fields that only describe (size, session) are left out; texts that the browser does
/// not give are empty, and are then not sent back either.
struct Cookie {
  std::string name = {};
  std::string value = {};
  /// ".site.test" for every host below, "site.test" for that host alone.
  std::string domain = {};
  std::string path = {};
  /// Seconds since 1970; negative for a session cookie.
  double expires = -1;
  bool http_only = false;
  bool secure = false;
  std::string same_site = {};
  std::string priority = {};
  std::string source_scheme = {};
  /// 0 where the browser does not say; -1 for a cookie that is bound to none.
  std::int64_t source_port = 0;
  /// The site that a partitioned cookie is kept for; empty for an ordinary cookie.
  std::string partition_site = {};
  bool partition_has_cross_site_ancestor = false;
  /// A partition without a name: such a cookie can be neither told apart nor set.
  bool partition_is_opaque = false;

  bool operator==(const Cookie&) const = default;

  /// Of a Network.Cookie.
  static Cookie read(const Fields& fields);

  /// As a Network.CookieParam.
  void append(std::string& out) const;
};

/// Whether requests to `host` carry it, as far as its domain tells (RFC 6265, 5.1.3).
bool is_sent_to(const Cookie& cookie, std::string_view host);

}  // namespace lmbridge::cdp
