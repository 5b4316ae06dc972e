// The bodies of POST /v1/images/generations and /v1/images/edits, checked and reduced to what the
// bridge can act on.
#pragma once

#include "base/error.hpp"
#include "base/strict_json.hpp"
#include "openai/chat_request.hpp"

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace lmbridge::openai {

enum class ImageResponseFormat { url, b64_json };

/// `output_format`.
enum class ImageFileFormat { png, jpeg, webp };

struct ImageRequest {
  std::string model;
  std::string prompt;
  /// How many pictures are wanted, 1 to max_images.
  std::size_t n = 1;
  /// The one asked for; else b64_json for models whose name begins with "gpt-image-", which know no
  /// other, and url for all others, as OpenAI has it.
  ImageResponseFormat response_format = ImageResponseFormat::url;
  std::optional<ImageFileFormat> file_format;
  /// `output_compression`, from 1 to 100.
  std::optional<int> quality;
  /// The pictures to edit.
  std::vector<ChatAttachment> images;
  /// As in ChatRequest.
  std::vector<std::string> ignored;
};

inline constexpr std::size_t max_images = 10;
/// Pictures to edit in one request.
inline constexpr std::size_t max_edited_images = 16;

/// One field of a form, as http::parse_multipart() has it.
struct ImageFormField {
  std::string_view name;
  /// Only of files; may be empty.
  std::optional<std::string_view> filename;
  std::string_view content;
};

/// All fail with invalid_request, and Error::param names the field.
Result<ImageRequest> parse_image_generation(std::string_view body, const RequestLimits& limits);
/// Pictures stand in `image`, or in `images`: links, objects with `image_url`, or lists of either.
Result<ImageRequest> parse_image_edit(std::string_view body, const RequestLimits& limits);
/// Pictures are files called `image` or `image[]`.
Result<ImageRequest> parse_image_edit_form(std::span<const ImageFormField> fields,
                                           const RequestLimits& limits);

}  // namespace lmbridge::openai
