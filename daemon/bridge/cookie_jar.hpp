// The cookies of one browser context, as a value.
#pragma once

#include "base/error.hpp"
#include "cdp/cookie.hpp"

#include <chrono>
#include <cstddef>
#include <filesystem>
#include <vector>

namespace lmbridge::bridge {

/// Value type. Cookies that can't be set again (in a partition without a name) are left out, so
/// that what a browser has is equal to what was put into it.
class CookieJar {
 public:
  using Time = std::chrono::system_clock::time_point;

  CookieJar() = default;
  explicit CookieJar(std::vector<cdp::Cookie> cookies);

  /// In an order of ours.
  [[nodiscard]] const std::vector<cdp::Cookie>& cookies() const { return cookies_; }
  [[nodiscard]] bool empty() const { return cookies_.empty(); }
  [[nodiscard]] bool has_session_cookies() const;

  /// What a browser that has `present` needs to have all of this jar; without what has expired.
  [[nodiscard]] std::vector<cdp::Cookie> differing_from(const CookieJar& present, Time now) const;
  /// The session cookies that a browser that has `present` does not have at all.
  [[nodiscard]] std::vector<cdp::Cookie> session_cookies_missing_in(const CookieJar& present) const;

  bool operator==(const CookieJar&) const = default;

 private:
  /// Sorted by what tells cookies apart: name, domain, path and partition (RFC 6265 5.3, CHIPS).
  std::vector<cdp::Cookie> cookies_;
};

/// Above what any browser keeps for one site; a wrong file must not fill the memory.
inline constexpr std::size_t cookie_file_limit = 4UL * 1024 * 1024;

/// What a file of cookies holds.
struct KeptCookies {
  /// The browser's directory of user data to which they belong.
  std::filesystem::path profile;
  CookieJar jar;
};

/// What write_cookie_file() has written. `internal` when it can't be read, is no such file, or is
/// too large.
Result<KeptCookies> read_cookie_file(const std::filesystem::path& file);

/// Replaces `file` whole or not at all; nobody but its owner can read it.
Result<void> write_cookie_file(const std::filesystem::path& file, const KeptCookies& kept);

}  // namespace lmbridge::bridge
