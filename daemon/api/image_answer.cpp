#include "api/image_answer.hpp"

#include "api/conversation.hpp"
#include "arena/json_literal.hpp"
#include "base/link.hpp"
#include "base/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <variant>

namespace lmbridge::api {
namespace {

/// Of what a model says instead of making a picture; an error message has no room for more.
constexpr std::size_t quoted_text = 1000;

Error no_picture(std::string_view model, std::string_view text) {
  if (text.empty()) {
    return {.code = ErrorCode::no_picture,
            .message = fmt::format("the model {} has made no picture",
                                   base::quoted(base::excerpt(model, 100)))};
  }
  return {.code = ErrorCode::no_picture,
          .message = fmt::format("the model {} has made no picture but says: {}",
                                 base::quoted(base::excerpt(model, 100)),
                                 base::excerpt(text, quoted_text))};
}

}  // namespace

ImageAnswer::ImageAnswer(const Asked& asked, const ImageForm& form, base::Condition& news)
    : asked_(asked),
      form_(form),
      news_(news),
      question_(asked.request.model, asked.messages, asked.context),
      answer_(asked.context.bridge, question_, news, asked.holder,
              bridge::answer_options(asked.context.settings), asked.context.settings.site.markers) {
}

void ImageAnswer::collect() {
  while (!complete_) {
    auto event = answer_.next();
    if (!event) {
      if (answer_.over()) complete();
      break;
    }
    if (const auto* retry = std::get_if<bridge::Retry>(&*event)) {
      asked_.log.note_retry(*retry);
      text_.clear();
    } else {
      take(std::get<arena::AnswerEvent>(*event));
    }
  }
  answer_.acknowledge();
}

void ImageAnswer::take(const arena::AnswerEvent& event) {
  if (const auto* text = std::get_if<arena::TextDelta>(&event)) {
    asked_.log.count_piece();
    if (text_.size() < quoted_text) text_ += arena::decode_json_literal(text->literal);
  } else if (const auto* image = std::get_if<arena::Image>(&event)) {
    take_image(*image);
  } else if (const auto* failure = std::get_if<arena::Failure>(&event)) {
    // What has been made has been paid for.
    if (pictures_.empty()) error_ = failure->error;
    complete_ = true;
  }
}

void ImageAnswer::take_image(const arena::Image& image) {
  asked_.log.count_piece();
  asked_.log.note_picture(image.url);
  answer_.commit();
  auto returned_as = form_.returned_as;
  // A data: link is no address: our own is one.
  if (returned_as == settings::PictureReturn::url && base::has_scheme(image.url, "data:") &&
      asked_.context.settings.pictures.library.enabled) {
    returned_as = settings::PictureReturn::local;
  }
  pictures_.push_back(asked_.context.pictures.deliver({.link = image.url,
                                                       .request_id = asked_.request_id,
                                                       .returned_as = returned_as,
                                                       .target = form_.target},
                                                      news_));
}

void ImageAnswer::complete() {
  complete_ = true;
  if (pictures_.empty()) error_ = no_picture(asked_.request.model, text_);
}

bool ImageAnswer::over() const {
  const auto delivered = [](const auto& picture) { return picture->outcome() != nullptr; };
  return complete_ && std::ranges::all_of(pictures_, delivered);
}

boost::asio::awaitable<Result<void>> ImageAnswers::run() {
  for (;;) {
    for (auto& answer : answers_) answer.collect();
    if (const auto* failed = error()) co_return std::unexpected(*failed);
    if (over()) co_return Result<void>();
    auto deadline = base::Condition::TimePoint::max();
    for (const auto& answer : answers_) deadline = std::min(deadline, answer.wake_at());
    co_await news_.wait_until(deadline);
  }
}

std::vector<const media::PendingPicture*> ImageAnswers::pictures(std::size_t most) const {
  std::vector<const media::PendingPicture*> pictures;
  for (const auto& answer : answers_) {
    for (const auto& picture : answer.pictures()) {
      if (pictures.size() < most) pictures.push_back(picture.get());
    }
  }
  return pictures;
}

const Error* ImageAnswers::error() const {
  for (const auto& answer : answers_) {
    if (answer.error()) return &*answer.error();
  }
  return nullptr;
}

bool ImageAnswers::over() const {
  return std::ranges::all_of(answers_, &ImageAnswer::over);
}

}  // namespace lmbridge::api
