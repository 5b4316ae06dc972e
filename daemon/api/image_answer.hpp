// One of the answers of an image model: the pictures in it, each in the form that is asked for.
#pragma once

#include "api/choice.hpp"
#include "api/question.hpp"
#include "media/pictures.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <cstddef>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace lmbridge::api {

/// What pictures become.
struct ImageForm {
  settings::PictureReturn returned_as = settings::PictureReturn::url;
  media::PictureTarget target = {};
};

/// I/O thread only. Use: collect() whenever there may be news, until over().
class ImageAnswer {
 public:
  using PictureList = std::vector<std::unique_ptr<media::PendingPicture>>;

  /// All of it outlives the answer.
  ImageAnswer(const Asked& asked, const ImageForm& form, base::Condition& news);

  void collect();
  [[nodiscard]] base::Condition::TimePoint wake_at() const { return answer_.wake_at(); }

  /// All has come and been delivered, or it has failed.
  [[nodiscard]] bool over() const;
  [[nodiscard]] const std::optional<Error>& error() const { return error_; }
  [[nodiscard]] const PictureList& pictures() const { return pictures_; }

 private:
  void take(const arena::AnswerEvent& event);
  void take_image(const arena::Image& image);
  void complete();

  const Asked& asked_;
  const ImageForm& form_;
  base::Condition& news_;
  Question question_;
  bridge::RetryingAnswer answer_;
  PictureList pictures_;
  /// What the model says beside them: the beginning.
  std::string text_;
  std::optional<Error> error_;
  bool complete_ = false;
};

/// All the answers that a request for pictures needs. If one fails the request has failed.
class ImageAnswers {
 public:
  explicit ImageAnswers(const boost::asio::any_io_executor& executor) : news_(executor) {}

  void add(const Asked& asked, const ImageForm& form) { answers_.emplace_back(asked, form, news_); }

  /// Waits until all are over, or one has failed: its error.
  boost::asio::awaitable<Result<void>> run();

  /// The pictures of all, at most `most`.
  [[nodiscard]] std::vector<const media::PendingPicture*> pictures(std::size_t most) const;

 private:
  [[nodiscard]] const Error* error() const;
  [[nodiscard]] bool over() const;

  base::Condition news_;
  std::deque<ImageAnswer> answers_;
};

}  // namespace lmbridge::api
