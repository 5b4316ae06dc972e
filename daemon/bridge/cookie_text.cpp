#include "bridge/cookie_text.hpp"

#include "base/text.hpp"
#include "cdp/fields.hpp"

#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <utility>

namespace lmbridge::bridge {
namespace json = boost::json;
namespace {

constexpr std::string_view blanks = " \t\r\n";
/// Before the domain of a cookie that scripts can't see (libcurl's extension of the form).
constexpr std::string_view http_only_mark = "#HttpOnly_";

template <class... Arguments>
std::unexpected<Error> refuse(fmt::format_string<Arguments...> format, Arguments&&... arguments) {
  return fail(ErrorCode::invalid_request,
              fmt::format(format, std::forward<Arguments>(arguments)...));
}

/// What every cookie must have, whatever the form.
Result<cdp::Cookie> checked(cdp::Cookie cookie) {
  const auto is_bad = [](std::string_view text) {
    return text.find_first_of(std::string_view("\r\n\0", 3)) != std::string_view::npos ||
           !base::is_valid_utf8(text);
  };
  if (cookie.name.empty() || is_bad(cookie.name)) return refuse("the name is missing or no text");
  if (is_bad(cookie.value)) return refuse("the value is no text");
  const auto host = cookie.domain.find_first_not_of('.');
  if (host == std::string::npos || cookie.domain.find_first_of("/:@ \t") != std::string::npos ||
      is_bad(cookie.domain)) {
    return refuse("the domain is missing or none");
  }
  if (cookie.path.empty()) cookie.path = "/";
  if (!cookie.path.starts_with('/') || is_bad(cookie.path)) return refuse("the path is none");
  return cookie;
}

/// Extensions write words of their own.
std::string same_site_of(std::string_view word) {
  std::string lower(word);
  std::ranges::transform(lower, lower.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  if (lower == "strict") return "Strict";
  if (lower == "lax") return "Lax";
  if (lower == "none" || lower == "no_restriction") return "None";
  return "";
}

Result<cdp::Cookie> read_object(const json::object& object) {
  const cdp::Fields fields(object);
  auto cookie = cdp::Cookie::read(fields);
  cookie.same_site = same_site_of(cookie.same_site);
  // As extensions call it; a session cookie has neither.
  if (const auto* expiry = object.if_contains("expirationDate");
      expiry != nullptr && expiry->is_number()) {
    cookie.expires = expiry->to_number<double>();
  }
  if (!std::isfinite(cookie.expires)) cookie.expires = -1;
  const auto* host_only = object.if_contains("hostOnly");
  if (host_only != nullptr && *host_only == json::value(false) && !cookie.domain.starts_with('.')) {
    cookie.domain.insert(0, ".");
  }
  return checked(std::move(cookie));
}

/// The list, wherever it stands.
const json::array* list_in(const json::value& value) {
  if (value.is_array()) return &value.get_array();
  if (!value.is_object()) return nullptr;
  const auto* cookies = value.get_object().if_contains("cookies");
  return cookies != nullptr && cookies->is_array() ? &cookies->get_array() : nullptr;
}

Result<std::vector<cdp::Cookie>> parse_json_cookies(std::string_view text) {
  boost::system::error_code error;
  const auto value = json::parse(text, error);
  if (error) return refuse("the file is no JSON: {}", error.message());
  const auto* list = list_in(value);
  if (list == nullptr) return refuse("the JSON has no list of cookies");
  if (list->size() > most_cookies) return refuse("{} cookies are too many", list->size());
  std::vector<cdp::Cookie> cookies;
  for (const auto& each : *list) {
    auto cookie = each.is_object() ? read_object(each.get_object())
                                   : Result<cdp::Cookie>(refuse("it is no object"));
    if (!cookie) return refuse("cookie {}: {}", cookies.size() + 1, cookie.error().message);
    cookies.push_back(*std::move(cookie));
  }
  return cookies;
}

/// domain, whether for hosts below it, path, secure, expiry, name, value.
constexpr std::size_t field_count = 7;

Result<bool> read_flag(std::string_view word) {
  if (word == "TRUE") return true;
  if (word == "FALSE") return false;
  return refuse("TRUE or FALSE must stand where {} does", base::quoted(base::excerpt(word, 20)));
}

Result<cdp::Cookie> read_line(std::string_view line) {
  std::array<std::string_view, field_count> fields;
  for (std::size_t i = 0; i < field_count; ++i) {
    const auto tab = i + 1 == field_count ? std::string_view::npos : line.find('\t');
    if (tab == std::string_view::npos && i + 1 < field_count) {
      return refuse("7 fields with tabs between them must stand there");
    }
    fields[i] = line.substr(0, tab);
    line.remove_prefix(std::min(line.size(), fields[i].size() + 1));
  }
  cdp::Cookie cookie;
  if (fields[0].starts_with(http_only_mark)) {
    cookie.http_only = true;
    fields[0].remove_prefix(http_only_mark.size());
  }
  const auto below = read_flag(fields[1]);
  if (!below) return std::unexpected(below.error());
  const auto secure = read_flag(fields[3]);
  if (!secure) return std::unexpected(secure.error());
  std::int64_t expiry = 0;
  const auto [end, code] =
      std::from_chars(fields[4].data(), fields[4].data() + fields[4].size(), expiry);
  if (code != std::errc() || end != fields[4].data() + fields[4].size()) {
    return refuse("the expiry must be seconds since 1970, and is {}",
                  base::quoted(base::excerpt(fields[4], 20)));
  }
  cookie.domain = fields[0];
  if (*below && !cookie.domain.starts_with('.')) cookie.domain.insert(0, ".");
  if (!*below && cookie.domain.starts_with('.')) cookie.domain.erase(0, 1);
  cookie.path = fields[2];
  cookie.secure = *secure;
  // 0 is a session cookie.
  cookie.expires = expiry > 0 ? static_cast<double>(expiry) : -1;
  cookie.name = fields[5];
  cookie.value = fields[6];
  return checked(std::move(cookie));
}

Result<std::vector<cdp::Cookie>> parse_netscape_cookies(std::string_view text) {
  std::vector<cdp::Cookie> cookies;
  for (std::size_t number = 1; !text.empty(); ++number) {
    const auto end = std::min(text.find('\n'), text.size());
    auto line = text.substr(0, end);
    text.remove_prefix(std::min(text.size(), end + 1));
    if (line.ends_with('\r')) line.remove_suffix(1);
    const bool is_comment = line.starts_with('#') && !line.starts_with(http_only_mark);
    if (is_comment || line.find_first_not_of(blanks) == std::string_view::npos) continue;
    if (cookies.size() == most_cookies) return refuse("more than {} cookies", most_cookies);
    auto cookie = read_line(line);
    if (!cookie) return refuse("line {}: {}", number, cookie.error().message);
    cookies.push_back(*std::move(cookie));
  }
  if (cookies.empty()) return refuse("there is no cookie in the file");
  return cookies;
}

}  // namespace

Result<std::vector<cdp::Cookie>> parse_cookies(std::string_view text) {
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  const auto start = text.find_first_not_of(blanks);
  const bool is_json =
      start != std::string_view::npos && (text[start] == '[' || text[start] == '{');
  return is_json ? parse_json_cookies(text) : parse_netscape_cookies(text);
}

json::array cookies_to_json(std::span<const cdp::Cookie> cookies) {
  json::array list;
  for (const auto& cookie : cookies) {
    json::object object{{"name", cookie.name},
                        {"value", cookie.value},
                        {"domain", cookie.domain},
                        {"path", cookie.path},
                        {"expires", cookie.expires},
                        {"httpOnly", cookie.http_only},
                        {"secure", cookie.secure},
                        {"sameSite", cookie.same_site},
                        {"priority", cookie.priority},
                        {"sourceScheme", cookie.source_scheme},
                        {"sourcePort", cookie.source_port}};
    if (!cookie.partition_site.empty()) {
      object["partitionKey"] =
          json::object{{"topLevelSite", cookie.partition_site},
                       {"hasCrossSiteAncestor", cookie.partition_has_cross_site_ancestor}};
    }
    list.push_back(std::move(object));
  }
  return list;
}

std::string cookies_to_netscape(std::span<const cdp::Cookie> cookies) {
  const auto flag = [](bool value) { return value ? "TRUE" : "FALSE"; };
  std::string text = "# Netscape HTTP Cookie File\n";
  for (const auto& cookie : cookies) {
    text += fmt::format("{}{}\t{}\t{}\t{}\t{:.0f}\t{}\t{}\n",
                        cookie.http_only ? http_only_mark : std::string_view(), cookie.domain,
                        flag(cookie.domain.starts_with('.')), cookie.path, flag(cookie.secure),
                        std::max(cookie.expires, 0.0), cookie.name, cookie.value);
  }
  return text;
}

}  // namespace lmbridge::bridge
