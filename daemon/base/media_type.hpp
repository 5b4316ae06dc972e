// What a file is, by its first bytes or by the extension of its name.
#pragma once

#include <cstddef>
#include <string_view>

namespace lmbridge::base {

/// How many bytes of a file sniff_media_type() looks at; whole groups of base64.
inline constexpr std::size_t sniffed_bytes = 3072;

inline constexpr std::string_view unknown_media_type = "application/octet-stream";

/// The media type of a file that begins with `bytes`. `declared` is believed only where the bytes
/// are text, whose kind nobody can see, and names another kind of text (text/* or
/// application/json); other text is text/plain, and what is not known is application/octet-stream.
/// The result lives as long as `declared`.
std::string_view sniff_media_type(std::string_view bytes, std::string_view declared);

/// The media type of files whose names end in `.extension`, in any case; empty when not known.
std::string_view media_type_of_extension(std::string_view extension);

/// The extension for files of the type: "png", "txt" for texts, "bin" for what is not known.
std::string_view extension_of_media_type(std::string_view media_type);

}  // namespace lmbridge::base
