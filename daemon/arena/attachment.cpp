#include "arena/attachment.hpp"

#include "base/base64.hpp"
#include "base/link.hpp"
#include "base/media_type.hpp"
#include "base/text.hpp"

#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <cstdint>

namespace lmbridge::arena {
namespace {

/// Bytes of a name without its extension.
constexpr std::size_t longest_name = 100;

/// Makes the data: link carry the type that its bytes have, and returns it.
std::string settle_type(std::string& url, const base::DataLink& link) {
  const auto beginning = link.base64.substr(0, base::sniffed_bytes / 3 * 4);
  const std::string type(base::sniff_media_type(base::base64_decoded(beginning), link.media_type));
  constexpr std::string_view scheme = "data:";
  if (type != link.media_type) url.replace(scheme.size(), link.media_type.size(), type);
  return type;
}

/// What follows the last dot of `name`; empty unless it looks like an extension.
std::string_view extension(std::string_view name) {
  const auto dot = name.rfind('.');
  if (dot == std::string_view::npos || dot == 0) return {};
  const auto text = name.substr(dot + 1);
  const auto is_alphanumeric = [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  };
  return text.size() <= 8 && std::ranges::all_of(text, is_alphanumeric) ? text : std::string_view();
}

std::string type_of_path(std::string_view url, bool is_picture) {
  const auto parsed = boost::urls::parse_uri(url);
  std::string_view path;
  if (parsed) path = parsed->encoded_path();
  const auto known = base::media_type_of_extension(extension(path.substr(path.rfind('/') + 1)));
  if (!known.empty()) return std::string(known);
  return std::string(is_picture ? "image/png" : base::unknown_media_type);
}

/// At most `limit` bytes, cut at a code point.
std::string_view cut(std::string_view text, std::size_t limit) {
  if (text.size() <= limit) return text;
  while (limit > 0 && (static_cast<std::uint8_t>(text[limit]) & 0xC0U) == 0x80U) --limit;
  return text.substr(0, limit);
}

/// `name` without separators, control characters and dots or blanks at its ends.
std::string sanitised(std::string_view name) {
  std::string out;
  for (const char c : cut(name, 4 * longest_name)) {
    const auto byte = static_cast<std::uint8_t>(c);
    if (byte < 0x20 || byte == 0x7F) continue;
    out += c == '/' || c == '\\' ? '_' : c;
  }
  constexpr std::string_view ends = " .";
  out.erase(std::min(out.size(), out.find_last_not_of(ends) + 1));
  out.erase(0, std::min(out.size(), out.find_first_not_of(ends)));
  return out;
}

bool is_text(std::string_view type) {
  return type.starts_with("text/") || type == "application/json";
}

std::string fitting_name(std::string_view given, std::string_view type, base::IdSource& ids) {
  const bool is_image = type.starts_with("image/");
  const auto name = sanitised(given);
  if (name.empty()) {
    return fmt::format("{}_{}.{}", is_image ? "image" : "file", ids.uuid().substr(0, 8),
                       base::extension_of_media_type(type));
  }
  auto end = extension(name);
  std::string_view stem = name;
  if (!end.empty()) stem.remove_suffix(end.size() + 1);
  const auto type_of_end = base::media_type_of_extension(end);
  // What nobody knows is the ending of a file (main.cpp, letter.docx), but part of a picture's name
  // ("version 1.5").
  const bool keeps_end = type_of_end.empty()
                             ? !end.empty() && !is_image
                             : type_of_end == type || (is_text(type) && is_text(type_of_end));
  if (keeps_end) return fmt::format("{}.{}", cut(stem, longest_name), end);
  if (type_of_end.empty()) stem = name;
  return fmt::format("{}.{}", cut(stem, longest_name), base::extension_of_media_type(type));
}

}  // namespace

Attachment make_attachment(std::string url, std::string_view name, bool is_picture,
                           base::IdSource& ids) {
  const auto data = base::split_data_link(url);
  auto type = data ? settle_type(url, *data) : type_of_path(url, is_picture);
  auto full_name = fitting_name(name, type, ids);
  return {.name = std::move(full_name), .content_type = std::move(type), .url = std::move(url)};
}

Result<void> check_attachment_count(std::span<const Message> messages, std::size_t most) {
  std::size_t count = 0;
  for (const auto& message : messages) count += message.attachments.size();
  if (count <= most) return {};
  return fail(ErrorCode::attachment_too_large,
              fmt::format("the messages have {} attachments, pictures in earlier answers "
                          "included; at most {} are allowed (site.max_attachments): leave out "
                          "older ones",
                          count, most));
}

}  // namespace lmbridge::arena
