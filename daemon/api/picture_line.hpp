// Keeps the order of an answer in which pictures are still on their way.
#pragma once

#include "media/pictures.hpp"
#include "openai/answer_sink.hpp"

#include <cstddef>
#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <variant>

namespace lmbridge::api {

/// What comes behind a picture waits here until the picture is there; without one everything passes
/// at once. I/O thread only.
class PictureLine final : public openai::AnswerSink {
 public:
  /// `public_url`: what stands in front of "/api/images/" in links to our own library.
  explicit PictureLine(std::string public_url) : public_url_(std::move(public_url)) {}

  /// Where it goes from now on; outlives the next calls.
  void pass_on_to(openai::AnswerSink& sink) { sink_ = &sink; }

  void content_literal(std::string_view literal) override;
  void content_text(std::string_view text) override;
  void reasoning_literal(std::string_view literal) override;
  [[nodiscard]] bool can_begin_anew() const override { return sink_->can_begin_anew(); }
  void begin_anew() override;

  /// What is not `first` in its answer stands in a paragraph of its own.
  void picture(std::unique_ptr<media::PendingPicture> picture, bool first);

  /// Passes on what does not have to wait any longer.
  void drain();

  [[nodiscard]] bool empty() const { return line_.empty(); }
  /// Text that waits; pictures are not counted.
  [[nodiscard]] std::size_t held_bytes() const { return held_bytes_; }

 private:
  struct Content {
    std::string literal;
  };
  struct Reasoning {
    std::string literal;
  };
  struct Picture {
    std::unique_ptr<media::PendingPicture> pending;
    bool is_first = true;
  };
  using Entry = std::variant<Content, Reasoning, Picture>;

  void hold(Entry entry, std::size_t bytes);
  [[nodiscard]] std::string literal_of(const Picture& entry) const;

  std::string public_url_;
  openai::AnswerSink* sink_ = nullptr;
  std::deque<Entry> line_;
  std::size_t held_bytes_ = 0;
};

/// The link to a picture of the library for somebody who reaches us at `public_url`.
std::string library_link(std::string_view public_url, std::string_view path);

}  // namespace lmbridge::api
