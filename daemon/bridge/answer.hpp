// The site's answer to one request as events: a job's bytes through the decoder, with every way in
// which an answer can fail turned into one Failure event.
#pragma once

#include "arena/answer_decoder.hpp"
#include "bridge/job.hpp"

#include <chrono>
#include <memory>
#include <optional>
#include <string>

namespace lmbridge::bridge {

/// I/O thread only. Use: wait for the job's news, at most until wake_at(), then next() until it has
/// nothing, pass the events on, then acknowledge(); again until over().
class Answer {
 public:
  struct Options {
    arena::AnswerDecoder::Options decoder;
    /// The longest time without a word from the site.
    std::chrono::milliseconds silence_limit{360'000};
    /// A body that ends after content, but without a finish record, is cut off.
    bool finish_required = true;
  };

  /// `markers` outlives the answer.
  Answer(std::unique_ptr<Job> job, const Options& options, const arena::Markers& markers);

  /// When next() is to be called although there is no news: the answer is given up then.
  [[nodiscard]] base::Condition::TimePoint wake_at() const { return last_word_ + silence_limit_; }

  /// The next event; nullopt when there is none yet, or when the answer is over. Views in it live
  /// until the next call. A Failure is the last event.
  std::optional<arena::AnswerEvent> next();

  /// Everything that next() gave has been passed on: the page may read on.
  void acknowledge() { job_->acknowledge(); }

  /// The last event has been given.
  [[nodiscard]] bool over() const { return over_; }

  [[nodiscard]] arena::AnswerDecoder::Skipped skipped() const { return decoder_.skipped(); }

 private:
  bool feed();
  void judge(const arena::AnswerEvent& event);
  void limit_silence(std::chrono::milliseconds limit);
  std::optional<arena::AnswerEvent> give_up_if_late();
  [[nodiscard]] bool is_refusal() const;
  std::optional<arena::AnswerEvent> end_of_body();
  /// A failure that the site's answer is.
  arena::AnswerEvent refuse_with(Error error);
  arena::AnswerEvent fail_with(Error error);
  [[nodiscard]] arena::Reply reply() const;

  std::unique_ptr<Job> job_;
  const arena::Markers& markers_;
  Options options_;
  std::chrono::milliseconds silence_limit_;
  base::Condition::TimePoint last_word_;
  arena::AnswerDecoder decoder_;
  /// The start of a body whose status says that it is no answer.
  std::string refusal_;
  bool finished_feeding_ = false;
  bool over_ = false;
};

}  // namespace lmbridge::bridge
