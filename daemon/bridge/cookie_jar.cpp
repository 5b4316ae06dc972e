#include "bridge/cookie_jar.hpp"

#include <algorithm>
#include <tuple>
#include <utility>

namespace lmbridge::bridge {
namespace {

auto identity(const cdp::Cookie& cookie) {
  return std::tie(cookie.name, cookie.domain, cookie.path, cookie.partition_site,
                  cookie.partition_has_cross_site_ancestor);
}

bool is_of_session(const cdp::Cookie& cookie) {
  return cookie.expires < 0;
}

bool has_expired(const cdp::Cookie& cookie, CookieJar::Time now) {
  return !is_of_session(cookie) &&
         cookie.expires <= std::chrono::duration<double>(now.time_since_epoch()).count();
}

/// nullptr when there is none that is told apart in the same way.
const cdp::Cookie* find(const std::vector<cdp::Cookie>& sorted, const cdp::Cookie& like) {
  const auto found = std::ranges::lower_bound(sorted, identity(like), {}, identity);
  return found != sorted.end() && identity(*found) == identity(like) ? &*found : nullptr;
}

}  // namespace

CookieJar::CookieJar(std::vector<cdp::Cookie> cookies) : cookies_(std::move(cookies)) {
  std::erase_if(cookies_, [](const auto& cookie) { return cookie.partition_is_opaque; });
  std::ranges::sort(cookies_, {}, identity);
}

bool CookieJar::has_session_cookies() const {
  return std::ranges::any_of(cookies_, is_of_session);
}

std::vector<cdp::Cookie> CookieJar::differing_from(const CookieJar& present, Time now) const {
  std::vector<cdp::Cookie> differing;
  for (const auto& cookie : cookies_) {
    const auto* other = find(present.cookies_, cookie);
    const bool is_there = other != nullptr && *other == cookie;
    if (!is_there && !has_expired(cookie, now)) differing.push_back(cookie);
  }
  return differing;
}

std::vector<cdp::Cookie> CookieJar::session_cookies_missing_in(const CookieJar& present) const {
  std::vector<cdp::Cookie> missing;
  for (const auto& cookie : cookies_) {
    const bool is_there = find(present.cookies_, cookie) != nullptr;
    if (is_of_session(cookie) && !is_there) missing.push_back(cookie);
  }
  return missing;
}

}  // namespace lmbridge::bridge
