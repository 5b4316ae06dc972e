#include "http/part_head.hpp"

#include "base/text.hpp"
#include "http/message.hpp"
#include "http/parameters.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <utility>

namespace lmbridge::http {
namespace {

using base::equals_ignoring_case;

std::unexpected<Error> bad(std::string message) {
  return fail(ErrorCode::invalid_request, std::move(message));
}

/// The three characters that browsers escape in names, and nothing else (HTML, "multipart/form-data
/// encoding algorithm"): a file may well be called "100%25.png".
std::string unescaped_name(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const auto escape = text.substr(0, 3);
    if (escape == "%22") out += '"';
    if (escape == "%0D") out += '\r';
    if (escape == "%0A") out += '\n';
    const bool was_escape = escape == "%22" || escape == "%0D" || escape == "%0A";
    if (!was_escape) out += text.front();
    text.remove_prefix(was_escape ? 3 : 1);
  }
  return out;
}

Result<std::string> checked_text(std::string_view what, std::string text) {
  if (!base::is_valid_utf8(text)) return bad(fmt::format("the {} of a part is not UTF-8", what));
  if (text.contains('\0')) return bad(fmt::format("the {} of a part has a NUL in it", what));
  return text;
}

std::string utf8_of_latin1(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<std::uint8_t>(c);
    if (byte < 0x80) {
      out += c;
    } else {
      out += static_cast<char>(0xC0U | (byte >> 6U));
      out += static_cast<char>(0x80U | (byte & 0x3FU));
    }
  }
  return out;
}

/// `charset'language'percent-encoded` (RFC 5987, section 3.2).
Result<std::string> extended_value(std::string_view text) {
  const auto charset_end = text.find('\'');
  const auto language_end =
      charset_end == std::string_view::npos ? charset_end : text.find('\'', charset_end + 1);
  if (language_end == std::string_view::npos) {
    return bad("the filename* of a part must be like UTF-8''name.png");
  }
  const auto charset = text.substr(0, charset_end);
  auto decoded = percent_decoded(text.substr(language_end + 1));
  if (!decoded) return bad("the filename* of a part has a wrong escape in it");
  if (equals_ignoring_case(charset, "utf-8")) return *std::move(decoded);
  if (equals_ignoring_case(charset, "iso-8859-1")) return utf8_of_latin1(*decoded);
  return bad("the filename* of a part must be in UTF-8");
}

Result<std::optional<std::string>> filename_of(const ParameterizedValue& disposition) {
  Result<std::string> filename;
  if (const auto extended = disposition.get("filename*")) {
    filename = extended_value(*extended);
  } else if (const auto plain = disposition.get("filename")) {
    filename = unescaped_name(*plain);
  } else {
    return std::nullopt;
  }
  if (filename) filename = checked_text("filename", *std::move(filename));
  if (!filename) return std::unexpected(filename.error());
  return *std::move(filename);
}

Result<void> read_disposition(std::string_view value, PartHead& part) {
  const auto disposition = parse_parameters("Content-Disposition of a part", value);
  if (!disposition) return std::unexpected(disposition.error());
  if (disposition->value != "form-data") {
    return bad("the Content-Disposition of a part must be form-data");
  }
  const auto name = disposition->get("name");
  if (!name) return bad("a part has no name in its Content-Disposition");
  auto checked = checked_text("name", unescaped_name(*name));
  if (!checked) return std::unexpected(checked.error());
  part.name = *std::move(checked);
  auto filename = filename_of(*disposition);
  if (!filename) return std::unexpected(filename.error());
  part.filename = *std::move(filename);
  return {};
}

/// What has been seen in the head so far.
struct Reading {
  PartHead part;
  bool has_disposition = false;
  bool has_type = false;

  Result<void> add(std::string_view name, std::string_view value) {
    if (equals_ignoring_case(name, "content-disposition")) {
      if (std::exchange(has_disposition, true)) return bad("a part has two Content-Dispositions");
      return read_disposition(value, part);
    }
    if (equals_ignoring_case(name, "content-type")) {
      if (std::exchange(has_type, true)) return bad("a part has two Content-Types");
      part.content_type = std::string(value);
    }
    // Not used in forms any more (RFC 7578, section 4.7): such a part would be taken for what it
    // is not.
    const bool is_encoding = equals_ignoring_case(name, "content-transfer-encoding");
    if (is_encoding && !equals_ignoring_case(value, "binary") &&
        !equals_ignoring_case(value, "8bit") && !equals_ignoring_case(value, "7bit")) {
      return bad("a part has a Content-Transfer-Encoding: send the bytes as they are");
    }
    return {};
  }
};

Result<void> read_line(std::string_view line, Reading& reading) {
  const auto is_control = [](char c) {
    const auto byte = static_cast<std::uint8_t>(c);
    return (byte < 0x20 && c != '\t') || byte == 0x7F;
  };
  if (std::ranges::any_of(line, is_control)) {
    return bad("the head of a part has control characters in it");
  }
  const auto colon = line.find(':');
  const auto name = line.substr(0, colon);
  if (colon == std::string_view::npos || name.empty() || name.contains(' ') ||
      name.contains('\t')) {
    return bad("a line in the head of a part is not \"name: value\"");
  }
  return reading.add(name, base::trimmed(line.substr(colon + 1)));
}

}  // namespace

Result<PartHead> parse_part_head(std::string_view head) {
  Reading reading;
  while (!head.empty()) {
    const auto end = std::min(head.size(), head.find("\r\n"));
    if (auto read = read_line(head.substr(0, end), reading); !read) {
      return std::unexpected(read.error());
    }
    head.remove_prefix(std::min(head.size(), end + 2));
  }
  if (!reading.has_disposition) return bad("a part has no Content-Disposition");
  return std::move(reading.part);
}

}  // namespace lmbridge::http
