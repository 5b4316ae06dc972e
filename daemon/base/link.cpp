#include "base/link.hpp"

#include "base/base64.hpp"
#include "base/text.hpp"

#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <iterator>

namespace lmbridge::base {
namespace {

constexpr std::string_view data_scheme = "data:";
constexpr std::string_view blanks = " \t\r\n";

std::unexpected<Error> refuse(std::string reason) {
  return fail(ErrorCode::invalid_request, std::move(reason));
}

bool is_blank(char c) {
  return blanks.contains(c);
}

bool is_control(char c) {
  const auto byte = static_cast<std::uint8_t>(c);
  return byte < 0x20 || byte == 0x7F;
}

void trim(std::string& text) {
  text.erase(std::min(text.size(), text.find_last_not_of(blanks) + 1));
  text.erase(0, std::min(text.size(), text.find_first_not_of(blanks)));
}

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

// --- data: links ---------------------------------------------------------------------------------

/// A name of RFC 6838, section 4.2, as the two halves of a media type are.
bool is_restricted_name(std::string_view text) {
  const auto allowed = [](char c) {
    return (lower(c) >= 'a' && lower(c) <= 'z') || (c >= '0' && c <= '9') ||
           std::string_view("!#$&-^_.+").contains(c);
  };
  return !text.empty() && text.size() <= 127 && std::ranges::all_of(text, allowed);
}

bool is_media_type(std::string_view text) {
  const auto slash = text.find('/');
  return slash != std::string_view::npos && is_restricted_name(text.substr(0, slash)) &&
         is_restricted_name(text.substr(slash + 1));
}

/// What stands between "data:" and the comma.
struct Declaration {
  std::string media_type;
  bool base64 = false;
};

Result<Declaration> read_declaration(std::string_view text) {
  if (std::ranges::any_of(text, is_control)) {
    return refuse("the media type of the data: link has control characters in it");
  }
  Declaration declaration;
  const auto type = trimmed(text.substr(0, text.find(';')));
  std::ranges::transform(type, std::back_inserter(declaration.media_type), lower);
  if (declaration.media_type.empty()) declaration.media_type = "text/plain";
  if (!is_media_type(declaration.media_type)) {
    return refuse(
        fmt::format("{} is no media type: the link must be like "
                    "data:image/png;base64,...",
                    quoted(excerpt(type, 80))));
  }
  const auto last = text.rfind(';');
  declaration.base64 = last != std::string_view::npos &&
                       equals_ignoring_case(trimmed(text.substr(last + 1)), "base64");
  return declaration;
}

/// Escapes that make no sense stand for themselves, as in browsers.
std::string percent_decoded(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    std::uint8_t byte = 0;
    const char* digits = text.data() + i + 1;
    if (text[i] == '%' && text.size() - i > 2 &&
        std::from_chars(digits, digits + 2, byte, 16).ptr == digits + 2) {
      out += static_cast<char>(byte);
      i += 2;
    } else {
      out += text[i];
    }
  }
  return out;
}

/// Makes `link` from `begin` on base64 that is padded and in one piece.
Result<void> normalize_base64(std::string& link, std::size_t begin) {
  const auto is_clean = [&] { return is_base64_alphabet(std::string_view(link).substr(begin)); };
  const auto strip_padding = [&] {
    while (link.size() > begin && link.back() == '=') link.pop_back();
  };
  const auto padded_size = link.size();
  strip_padding();
  auto padding = padded_size - link.size();
  if (!is_clean()) {
    auto data = percent_decoded(std::string_view(link).substr(begin));
    std::erase_if(data, is_blank);
    link.replace(begin, std::string::npos, data);
    const auto size = link.size();
    strip_padding();
    padding += size - link.size();
    if (!is_clean()) return refuse("the data: link has characters in it that are not base64");
  }
  const auto size = link.size() - begin;
  if (size == 0) return refuse("the data: link holds no data");
  const auto missing = (4 - size % 4) % 4;
  if (missing == 3 || (padding != 0 && padding != missing)) {
    return refuse("the base64 of the data: link is cut off or wrongly padded");
  }
  link.append(missing, '=');
  return {};
}

/// Makes plain, percent-encoded text from `begin` on to base64.
Result<void> encode_plain(std::string& link, std::size_t begin) {
  std::string text = link.substr(begin);
  std::erase_if(text, [](char c) { return c != ' ' && is_blank(c); });
  if (std::ranges::any_of(text, is_control)) {
    return refuse("the data: link has control characters in it");
  }
  if (text.empty()) return refuse("the data: link holds no data");
  link.replace(begin, std::string::npos, base64_encoded(percent_decoded(text)));
  return {};
}

Result<void> normalize_data_link(std::string& link) {
  constexpr std::size_t longest_declaration = 1024;
  const auto comma = std::string_view(link).substr(0, longest_declaration).find(',');
  if (comma == std::string::npos) {
    return refuse("the data: link has no comma between its media type and its data");
  }
  const auto declared =
      read_declaration(std::string_view(link).substr(data_scheme.size(), comma - 5));
  if (!declared) return std::unexpected(declared.error());
  auto done = declared->base64 ? normalize_base64(link, comma + 1) : encode_plain(link, comma + 1);
  if (!done) return done;
  const auto head = fmt::format("data:{};base64", declared->media_type);
  if (std::string_view(link).substr(0, comma) != head) link.replace(0, comma, head);
  return {};
}

// --- links into the web --------------------------------------------------------------------------

/// Escapes what RFC 3986 has no place for and browsers escape by themselves.
void escape_foreign(std::string& link) {
  const auto is_foreign = [](char c) {
    return static_cast<std::uint8_t>(c) >= 0x80 || std::string_view("{|}^`").contains(c);
  };
  if (std::ranges::none_of(link, is_foreign)) return;
  std::string out;
  for (const char c : link) {
    if (is_foreign(c)) {
      fmt::format_to(std::back_inserter(out), "%{:02X}", static_cast<std::uint8_t>(c));
    } else {
      out += c;
    }
  }
  link = std::move(out);
}

Result<void> normalize_web_link(std::string& link) {
  if (link.size() > web_link_limit) {
    return refuse(
        fmt::format("the link has {} bytes; at most {} are allowed", link.size(), web_link_limit));
  }
  if (std::ranges::any_of(link, [](char c) { return c == ' ' || is_control(c); })) {
    return refuse("the link has blanks or control characters in it: escape them, e.g. %20");
  }
  // Boost.URL 1.81 has an assertion that does not hold for e.g. "https:#".
  if (!std::string_view(link).substr(link.find(':') + 1).starts_with("//")) {
    return refuse("the link has no host");
  }
  escape_foreign(link);
  const auto url = boost::urls::parse_uri(link);
  if (!url) return refuse("the link is not a URL as RFC 3986 has it");
  if (!url->has_authority() || url->encoded_host().empty()) return refuse("the link has no host");
  // Boost.URL takes letters behind the colon of a port for the beginning of the path.
  const auto path = url->encoded_path();
  if (!(path.empty() || path.starts_with('/')) ||
      (!url->port().empty() && url->port_number() == 0)) {
    return refuse("the link has no valid port behind its host");
  }
  if (url->has_userinfo()) return refuse("the link must not have a user name or password in it");
  return {};
}

}  // namespace

bool has_scheme(std::string_view text, std::string_view scheme) {
  return equals_ignoring_case(text.substr(0, scheme.size()), scheme);
}

Result<void> normalize_link(std::string& link, const LinkRules& rules) {
  trim(link);
  if (has_scheme(link, data_scheme)) return normalize_data_link(link);
  if (has_scheme(link, "https:")) return normalize_web_link(link);
  if (!has_scheme(link, "http:")) return refuse("the link must begin with https: or data:");
  if (rules.allow_http) return normalize_web_link(link);
  return refuse("http: links are not allowed: use https: or data:, or set server.allow_http_links");
}

std::optional<DataLink> split_data_link(std::string_view link) {
  if (!link.starts_with(data_scheme)) return std::nullopt;
  const auto semicolon = link.find(';');
  return DataLink{.media_type = link.substr(data_scheme.size(), semicolon - data_scheme.size()),
                  .base64 = link.substr(link.find(',') + 1)};
}

}  // namespace lmbridge::base
