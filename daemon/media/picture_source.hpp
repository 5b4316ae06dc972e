// What can be told of a picture by its bytes, without decoding it.
#pragma once

#include "base/error.hpp"

#include <string_view>

namespace lmbridge::media {

/// The types that are decoded, each with a loader of its own: what a file claims to be can't bring
/// another one into play. AVIF, HEIC and TIFF are not among them: their decoders take the size of
/// what they allocate from deep inside of the file, so 2 KB can cost gigabytes whatever its header
/// declares.
enum class Decoder { png, jpeg, gif, webp };

struct PictureSource {
  Decoder decoder = Decoder::png;
  std::string_view media_type;
  /// Moves in a way that the decoder does not see: an APNG.
  bool has_hidden_animation = false;

  /// Whether it moves, when the decoder tells so many frames.
  [[nodiscard]] bool moves(int frames) const { return has_hidden_animation || frames > 1; }
};

/// `unsupported_media_type` for what is no picture or none that is decoded; that says what it is.
/// `payload_too_large` for a JPEG of so many scans that it was made to keep a decoder busy.
Result<PictureSource> recognise_picture(std::string_view bytes);

/// The media type of what `original` may pass on: any picture but SVG, which can hold scripts.
Result<std::string_view> recognise_original(std::string_view bytes);

}  // namespace lmbridge::media
