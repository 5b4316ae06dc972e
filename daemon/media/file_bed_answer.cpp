#include "media/file_bed_answer.hpp"

#include "base/json_path.hpp"
#include "base/link.hpp"
#include "base/strict_json.hpp"
#include "base/text.hpp"

#include <boost/json/value.hpp>
#include <boost/url/encode.hpp>
#include <boost/url/parse.hpp>
#include <boost/url/rfc/unreserved_chars.hpp>
#include <boost/url/url_view.hpp>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <optional>
#include <vector>

namespace lmbridge::media {
namespace json = boost::json;
namespace urls = boost::urls;
using settings::FileBed;

namespace {

constexpr std::string_view blanks = " \t\r\n";

std::unexpected<Error> refuse(std::string reason) {
  return fail(ErrorCode::upload_failed, std::move(reason));
}

std::string_view without_blanks(std::string_view text) {
  text.remove_prefix(std::min(text.find_first_not_of(blanks), text.size()));
  return text.substr(0, text.find_last_not_of(blanks) + 1);
}

bool is_web_link(std::string_view text) {
  return base::has_scheme(text, "https:") || base::has_scheme(text, "http:");
}

/// Takes the first piece up to one of `separators` off the front of `rest`.
std::string_view take_piece(std::string_view& rest, std::string_view separators) {
  const auto size = std::min(rest.find_first_of(separators), rest.size());
  const auto piece = rest.substr(0, size);
  rest.remove_prefix(std::min(size + 1, rest.size()));
  return piece;
}

std::optional<std::string> text_at(const json::value& root, const base::JsonPath& path) {
  const auto* value = base::find_at(root, path);
  if (value == nullptr || !value->is_string()) return std::nullopt;
  return std::string(std::string_view(value->get_string()));
}

/// What the bed says of its own accord; empty for web pages.
std::string complaint(std::string_view body) {
  static const std::vector<base::JsonPath> places{
      {"error", "message"}, {"error"}, {"description"}, {"message"}, {"status_txt"}, {"detail"}};
  if (const auto parsed = base::parse_strict_json(body)) {
    for (const auto& place : places) {
      if (auto text = text_at(*parsed, place)) return *std::move(text);
    }
  }
  const auto plain = without_blanks(body);
  return plain.starts_with('<') ? std::string() : std::string(plain);
}

/// ": what the bed says", without secrets and bounded.
std::string quote(const FileBed& bed, std::string_view body) {
  constexpr std::size_t longest = 160;
  const auto text = without_secrets(bed, complaint(body));
  return text.empty() ? std::string() : ": " + base::printable(base::excerpt(text, longest));
}

Result<std::string> checked(std::string link) {
  if (!is_web_link(without_blanks(link))) return refuse("answered with something that is no link");
  if (auto done = base::normalize_link(link, {.allow_http = true}); !done) {
    return refuse(fmt::format("answered with a link that can't be used: {}", done.error().message));
  }
  return link;
}

std::string_view without_www(std::string_view host) {
  constexpr std::string_view www = "www.";
  return host.starts_with(www) ? host.substr(www.size()) : host;
}

/// Whether `location` is the address of the bed itself, spelled otherwise.
bool is_same_place(std::string_view address, std::string_view location) {
  const auto a = urls::parse_uri(address);
  const auto b = urls::parse_uri(location);
  if (!a || !b || without_www(a->encoded_host()) != without_www(b->encoded_host())) return false;
  std::string_view path_a = a->encoded_path();
  std::string_view path_b = b->encoded_path();
  while (path_a.ends_with('/')) path_a.remove_suffix(1);
  while (path_b.ends_with('/')) path_b.remove_suffix(1);
  return path_a == path_b;
}

Result<std::string> read_redirect(const FileBed& bed, const FileBedReply& reply) {
  if (reply.location.empty()) {
    return refuse(fmt::format("answered with status {} and no Location", reply.status));
  }
  if (is_same_place(bed.url, reply.location)) {
    return refuse(
        fmt::format("answered that it has moved (status {}): its url in the configuration must "
                    "begin like {}",
                    reply.status, std::string(urls::parse_uri(reply.location)->encoded_origin())));
  }
  return checked(reply.location);
}

/// "http://host/a/upload?x" -> "http://host/a"
std::string_view without_last_segment(std::string_view url) {
  url = url.substr(0, url.find_first_of("?#"));
  const auto authority = url.find("//") + 2;
  const auto slash = url.rfind('/');
  return slash < authority ? url : url.substr(0, slash);
}

/// The predecessor's server tells a name, of which the link is made; ours tells the link, too.
Result<std::string> read_single(const FileBed& bed, const json::value& answer,
                                std::string_view body) {
  const auto* success = base::find_at(answer, std::vector<std::string>{"success"});
  const bool failed = success != nullptr && success->is_bool() && !success->get_bool();
  const auto name = failed ? std::nullopt : text_at(answer, {"filename"});
  if (!name || name->empty()) return refuse("did not take the file" + quote(bed, body));
  if (auto link = text_at(answer, {"url"})) return checked(*std::move(link));
  return checked(fmt::format("{}/uploads/{}", without_last_segment(bed.url),
                             urls::encode(*name, urls::unreserved_chars)));
}

Result<std::string> read_json(const FileBed& bed, std::string_view body) {
  const auto answer = base::parse_strict_json(body);
  if (!answer) return refuse("answered with something that is no JSON" + quote(bed, body));
  if (bed.protocol == settings::FileBedProtocol::json) return read_single(bed, *answer, body);
  if (auto link = text_at(*answer, bed.link_path)) return checked(*std::move(link));
  return refuse(fmt::format("answered with JSON that has no link at {}{}",
                            fmt::join(bed.link_path, "."), quote(bed, body)));
}

/// The link in a line that is nothing else, or is a call of wget.
std::optional<std::string> link_in(std::string_view line) {
  const bool is_call = line.starts_with("wget ");
  if (!is_call && line.find_first_of(blanks) != std::string_view::npos) return std::nullopt;
  while (!line.empty()) {
    const auto word = take_piece(line, blanks);
    if (is_web_link(word)) return std::string(word);
  }
  return std::nullopt;
}

Result<std::string> read_text(const FileBed& bed, std::string_view body) {
  for (auto rest = body; !rest.empty();) {
    const auto line = without_blanks(take_piece(rest, "\r\n"));
    if (auto link = link_in(line)) return checked(*std::move(link));
  }
  return refuse("answered with a text that has no link in it" + quote(bed, body));
}

Result<std::string> read_body(const FileBed& bed, std::string_view body) {
  const bool is_text = bed.protocol == settings::FileBedProtocol::form &&
                       bed.answer == settings::FileBedAnswer::text;
  return is_text ? read_text(bed, body) : read_json(bed, body);
}

}  // namespace

Result<std::string> read_link(const FileBed& bed, const FileBedReply& reply) {
  if (reply.status / 100 == 3) return read_redirect(bed, reply);
  if (reply.status / 100 != 2) {
    return refuse(fmt::format("answered with status {}{}", reply.status, quote(bed, reply.body)));
  }
  auto link = read_body(bed, reply.body);
  if (!link && is_web_link(reply.location)) return checked(reply.location);
  return link;
}

bool is_about_the_file(const FileBedReply& reply) {
  constexpr int too_large = 413;
  constexpr int unsupported_type = 415;
  return reply.status == too_large || reply.status == unsupported_type;
}

std::string without_secrets(const FileBed& bed, std::string_view text) {
  // What is shorter stands in ordinary words.
  constexpr std::size_t shortest_value = 8;
  std::vector<std::string_view> secrets{bed.api_key};
  for (const auto& [name, value] : bed.fields) {
    if (value.size() >= shortest_value) secrets.push_back(value);
  }
  const auto query = bed.url.find('?');
  if (query != std::string::npos) {
    for (auto rest = std::string_view(bed.url).substr(query + 1); !rest.empty();) {
      auto parameter = take_piece(rest, "&");
      take_piece(parameter, "=");
      if (parameter.size() >= shortest_value) secrets.push_back(parameter);
    }
  }
  // A longer one may hold a shorter one.
  std::ranges::sort(secrets, std::ranges::greater(), &std::string_view::size);
  std::string clean(text);
  for (const auto secret : secrets) {
    if (secret.empty()) continue;
    constexpr std::string_view mask = "***";
    for (auto at = clean.find(secret); at != std::string::npos;
         at = clean.find(secret, at + mask.size())) {
      clean.replace(at, secret.size(), mask);
    }
  }
  return clean;
}

}  // namespace lmbridge::media
