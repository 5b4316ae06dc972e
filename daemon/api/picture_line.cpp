#include "api/picture_line.hpp"

#include "base/text.hpp"
#include "openai/markdown.hpp"

#include <fmt/format.h>

#include <utility>

namespace lmbridge::api {

std::string library_link(std::string_view public_url, std::string_view path) {
  return fmt::format("{}/api/images/{}", public_url, path);
}

void PictureLine::hold(Entry entry, std::size_t bytes) {
  line_.push_back(std::move(entry));
  held_bytes_ += bytes;
}

void PictureLine::content_literal(std::string_view literal) {
  if (line_.empty()) {
    sink_->content_literal(literal);
  } else {
    hold(Content{.literal = std::string(literal)}, literal.size());
  }
}

void PictureLine::content_text(std::string_view text) {
  if (line_.empty()) {
    sink_->content_text(text);
    return;
  }
  std::string literal;
  base::append_json_string(literal, text);
  content_literal(literal);
}

void PictureLine::reasoning_literal(std::string_view literal) {
  if (line_.empty()) {
    sink_->reasoning_literal(literal);
  } else {
    hold(Reasoning{.literal = std::string(literal)}, literal.size());
  }
}

void PictureLine::begin_anew() {
  line_.clear();
  held_bytes_ = 0;
  sink_->begin_anew();
}

void PictureLine::picture(std::unique_ptr<media::PendingPicture> picture, bool first) {
  hold(Picture{.pending = std::move(picture), .is_first = first}, 0);
}

/// As a JSON string, in which nothing has to be escaped. A picture is megabytes: they are copied
/// once.
std::string PictureLine::literal_of(const Picture& entry) const {
  const auto& outcome = *entry.pending->outcome();
  const auto& path = outcome.library_path;
  std::string link;
  if (!outcome.picture) {
    link =
        openai::link_target(path.empty() ? entry.pending->link() : library_link(public_url_, path));
  }
  const std::string_view base64 = outcome.picture ? outcome.picture->base64 : link;
  std::string literal = entry.is_first ? "\"![image](" : "\"\\n\\n![image](";
  constexpr std::size_t around = 100;
  literal.reserve(base64.size() + around);
  if (outcome.picture) {
    literal.append("data:").append(outcome.picture->media_type).append(";base64,");
  }
  return literal.append(base64).append(")\"");
}

void PictureLine::drain() {
  while (!line_.empty()) {
    auto& first = line_.front();
    if (const auto* content = std::get_if<Content>(&first)) {
      held_bytes_ -= content->literal.size();
      sink_->content_literal(content->literal);
    } else if (const auto* reasoning = std::get_if<Reasoning>(&first)) {
      held_bytes_ -= reasoning->literal.size();
      sink_->reasoning_literal(reasoning->literal);
    } else {
      const auto& picture = std::get<Picture>(first);
      if (picture.pending->outcome() == nullptr) return;
      sink_->content_literal(literal_of(picture));
    }
    line_.pop_front();
  }
}

}  // namespace lmbridge::api
