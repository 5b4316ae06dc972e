#include "base/media_type.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <array>
#include <cstdint>

namespace lmbridge::base {
namespace {

using namespace std::string_view_literals;

struct KnownType {
  std::string_view extension;
  std::string_view media_type;
};

/// Of several extensions the first one is the type's own.
constexpr auto known_types = std::to_array<KnownType>({
    {"png", "image/png"},        {"jpg", "image/jpeg"},        {"jpeg", "image/jpeg"},
    {"gif", "image/gif"},        {"webp", "image/webp"},       {"bmp", "image/bmp"},
    {"avif", "image/avif"},      {"heic", "image/heic"},       {"heif", "image/heic"},
    {"tiff", "image/tiff"},      {"tif", "image/tiff"},        {"ico", "image/x-icon"},
    {"svg", "image/svg+xml"},    {"pdf", "application/pdf"},   {"zip", "application/zip"},
    {"gz", "application/gzip"},  {"tgz", "application/gzip"},  {"mp4", "video/mp4"},
    {"m4v", "video/mp4"},        {"mov", "video/quicktime"},   {"webm", "video/webm"},
    {"mkv", "video/x-matroska"}, {"mp3", "audio/mpeg"},        {"m4a", "audio/mp4"},
    {"wav", "audio/wav"},        {"ogg", "audio/ogg"},         {"oga", "audio/ogg"},
    {"flac", "audio/flac"},      {"json", "application/json"}, {"txt", "text/plain"},
    {"md", "text/markdown"},     {"csv", "text/csv"},          {"html", "text/html"},
    {"htm", "text/html"},        {"xml", "text/xml"},          {"bin", "application/octet-stream"},
});

struct Signature {
  std::string_view bytes;
  std::string_view media_type;
};

constexpr auto signatures = std::to_array<Signature>({
    {"\x89PNG\r\n\x1a\n"sv, "image/png"},
    {"\xff\xd8\xff"sv, "image/jpeg"},
    {"GIF87a"sv, "image/gif"},
    {"GIF89a"sv, "image/gif"},
    {"II*\0"sv, "image/tiff"},
    {"MM\0*"sv, "image/tiff"},
    {"\0\0\1\0"sv, "image/x-icon"},
    {"%PDF-"sv, "application/pdf"},
    {"PK\3\4"sv, "application/zip"},
    {"PK\5\6"sv, "application/zip"},
    {"\x1f\x8b\x08"sv, "application/gzip"},
    {"OggS"sv, "audio/ogg"},
    {"fLaC"sv, "audio/flac"},
    {"ID3"sv, "audio/mpeg"},
    // MPEG 1, 2 and 2.5, layer III, with and without a checksum.
    {"\xff\xfb"sv, "audio/mpeg"},
    {"\xff\xfa"sv, "audio/mpeg"},
    {"\xff\xf3"sv, "audio/mpeg"},
    {"\xff\xf2"sv, "audio/mpeg"},
    {"\xff\xe3"sv, "audio/mpeg"},
    {"\xff\xe2"sv, "audio/mpeg"},
});

bool stands_at(std::string_view bytes, std::size_t offset, std::string_view part) {
  return bytes.size() > offset && bytes.substr(offset).starts_with(part);
}

/// Two letters are not enough to know a bitmap by: the header's size tells it from text.
bool is_bitmap(std::string_view bytes) {
  if (!bytes.starts_with("BM") || !stands_at(bytes, 15, "\0\0\0"sv)) return false;
  const auto header = static_cast<std::uint8_t>(bytes[14]);
  return header == 12 || (header >= 40 && header <= 124);
}

std::string_view riff_type(std::string_view bytes) {
  if (!bytes.starts_with("RIFF")) return {};
  if (stands_at(bytes, 8, "WEBP")) return "image/webp";
  if (stands_at(bytes, 8, "WAVE")) return "audio/wav";
  return {};
}

/// The ISO base media file format: what it is stands in the brands of its first box.
std::string_view iso_media_type(std::string_view bytes) {
  if (!stands_at(bytes, 4, "ftyp") || bytes.size() < 12) return {};
  const auto box_size = std::clamp<std::size_t>(static_cast<std::uint8_t>(bytes[3]), 12, 255);
  const auto brands = bytes.substr(8, box_size - 8);
  const auto has = [brands](std::string_view brand) { return brands.contains(brand); };
  if (has("avif") || has("avis")) return "image/avif";
  if (has("heic") || has("heix") || has("hevc") || has("mif1") || has("msf1")) return "image/heic";
  if (brands.starts_with("qt  ")) return "video/quicktime";
  if (brands.starts_with("M4A ")) return "audio/mp4";
  return "video/mp4";
}

std::string_view matroska_type(std::string_view bytes) {
  if (!bytes.starts_with("\x1a\x45\xdf\xa3")) return {};
  return bytes.substr(0, 64).contains("webm") ? "video/webm" : "video/x-matroska";
}

/// Whether the first element is <svg>, behind whatever XML allows in front of it.
bool is_svg(std::string_view text) {
  for (;;) {
    text.remove_prefix(std::min(text.size(), text.find_first_not_of(" \t\r\n")));
    const auto skip = [&text](std::string_view opening, std::string_view closing) {
      if (!text.starts_with(opening)) return false;
      const auto end = text.find(closing);
      text = end == std::string_view::npos ? std::string_view() : text.substr(end + closing.size());
      return true;
    };
    if (skip("<?", "?>") || skip("<!--", "-->")) continue;
    // A document type may have declarations of its own in brackets.
    const bool has_subset = text.substr(0, text.find('>')).contains('[');
    if (skip("<!DOCTYPE svg", has_subset ? "]>" : ">")) continue;
    return text.starts_with("<svg");
  }
}

/// Valid UTF-8 without control characters; where there is more to come, its last sequence may be
/// incomplete.
bool is_text(std::string_view bytes) {
  const bool is_beginning = bytes.size() == sniffed_bytes;
  while (!bytes.empty()) {
    const auto length = utf8_sequence_length(bytes);
    if (length == 0) {
      return is_beginning && bytes.size() < 4 && static_cast<std::uint8_t>(bytes[0]) >= 0xC2;
    }
    const auto first = static_cast<std::uint8_t>(bytes[0]);
    if (first == 0x7F || (first < 0x20 && !"\t\n\r\f"sv.contains(bytes[0]))) return false;
    bytes.remove_prefix(length);
  }
  return true;
}

}  // namespace

std::string_view sniff_media_type(std::string_view bytes, std::string_view declared) {
  for (const auto& signature : signatures) {
    if (bytes.starts_with(signature.bytes)) return signature.media_type;
  }
  if (is_bitmap(bytes)) return "image/bmp";
  for (const auto type : {riff_type(bytes), iso_media_type(bytes), matroska_type(bytes)}) {
    if (!type.empty()) return type;
  }
  bytes = bytes.substr(0, sniffed_bytes);
  if (!is_text(bytes)) return unknown_media_type;
  if (bytes.starts_with("\xef\xbb\xbf")) bytes.remove_prefix(3);
  if (is_svg(bytes)) return "image/svg+xml";
  const bool is_kind_of_text = declared.starts_with("text/") || declared == "application/json";
  return is_kind_of_text ? declared : "text/plain";
}

std::string_view media_type_of_extension(std::string_view extension) {
  const auto* found = std::ranges::find_if(known_types, [extension](const KnownType& known) {
    return equals_ignoring_case(known.extension, extension);
  });
  return found == known_types.end() ? std::string_view() : found->media_type;
}

std::string_view extension_of_media_type(std::string_view media_type) {
  const auto* found = std::ranges::find(known_types, media_type, &KnownType::media_type);
  if (found != known_types.end()) return found->extension;
  return media_type.starts_with("text/") ? "txt" : "bin";
}

}  // namespace lmbridge::base
