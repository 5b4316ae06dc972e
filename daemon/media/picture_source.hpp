// What can be told of a picture by its bytes, without decoding it.
#pragma once

#include "base/error.hpp"

#include <string_view>

namespace lmbridge::media {

/// The types that libvips decodes for us, each with a loader of its own: what a file claims to be
/// can't bring another one into play.
enum class Decoder { png, jpeg, gif, webp, heif, tiff };

struct PictureSource {
  Decoder decoder = Decoder::png;
  std::string_view media_type;
  /// Moves in a way that the decoder does not see: APNG and the sequences of AVIF and HEIC.
  bool has_hidden_animation = false;

  /// Whether it moves, when the decoder tells so many frames; a TIFF has pages instead.
  [[nodiscard]] bool moves(int frames) const {
    const bool can_move = decoder == Decoder::gif || decoder == Decoder::webp;
    return has_hidden_animation || (can_move && frames > 1);
  }
};

/// `unsupported_media_type` for what is no picture or none that is decoded; that says what it is.
Result<PictureSource> recognise_picture(std::string_view bytes);

/// The media type of what `original` may pass on: any picture but SVG, which can hold scripts.
Result<std::string_view> recognise_original(std::string_view bytes);

}  // namespace lmbridge::media
