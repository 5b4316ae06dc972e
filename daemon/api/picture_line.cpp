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

std::string PictureLine::markdown(const media::PendingPicture& picture) const {
  const auto& outcome = *picture.outcome();
  if (outcome.picture) {
    return fmt::format("![image](data:{};base64,{})", outcome.picture->media_type,
                       outcome.picture->base64);
  }
  const auto& path = outcome.library_path;
  return fmt::format(
      "![image]({})",
      openai::link_target(path.empty() ? picture.link() : library_link(public_url_, path)));
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
      const auto& [pending, is_first] = std::get<Picture>(first);
      if (pending->outcome() == nullptr) return;
      // Nothing in it has to be escaped, and it may be megabytes.
      sink_->content_literal(fmt::format("\"{}{}\"", is_first ? "" : "\\n\\n", markdown(*pending)));
    }
    line_.pop_front();
  }
}

}  // namespace lmbridge::api
