// The site's answer, understood: bytes of the line stream in, AnswerEvents out. One decoder an
// answer. What a reply without any record means is classify_response()'s to say.
#pragma once

#include "arena/answer_event.hpp"
#include "arena/citation_collector.hpp"
#include "arena/failure.hpp"
#include "arena/record_decoder.hpp"
#include "arena/types.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace lmbridge::arena {

/// Feed it bytes however they were cut, then pull events until there is none; at the end of the
/// stream call finish() and pull once more. The same bytes give the same events whatever the cuts.
class AnswerDecoder {
 public:
  struct Options {
    Mode mode = Mode::direct_chat;
    /// Whose answer it is in battle mode, `a` or `b`. In direct mode it is the first participant's
    /// that sends more than signs of life.
    char battle_target = 'a';
    /// Bytes of a line beyond which the answer fails.
    std::size_t max_line = RecordDecoder::default_max_line;
  };

  /// What was passed over, for a debug log.
  struct Skipped {
    /// Lines that are no records.
    std::size_t other_lines = 0;
    /// Records of the participant whose answer it is not.
    std::size_t other_participants = 0;
    /// Records of kinds, and data parts of types, that mean nothing to us.
    std::size_t unknown_records = 0;
    /// Records whose JSON is not what their kind promises, where the answer can do without them.
    std::size_t malformed_records = 0;
    /// Records behind the finish.
    std::size_t late_records = 0;
    /// Each kind that counted as unknown, once.
    std::string unknown_kinds;
  };

  /// `markers` outlives the decoder.
  AnswerDecoder(const Options& options, const Markers& markers);

  void feed(std::string_view bytes);
  void finish() { records_.finish(); }

  /// The next event; nullopt when more bytes are needed, at the end, and after a Failure. Views in
  /// it live until the next feed().
  std::optional<AnswerEvent> next();

  /// Text or an image has come.
  [[nodiscard]] bool has_content() const { return ending_.has_content; }
  /// The site has ended the answer itself.
  [[nodiscard]] bool finished() const { return ending_.finish.has_value(); }
  /// For classify_ending().
  [[nodiscard]] const Ending& ending() const { return ending_; }
  [[nodiscard]] Skipped skipped() const;

  /// The first bytes of a body in which no record has been recognised yet (a web page, a JSON
  /// object), at most sample_size; empty as soon as one has.
  [[nodiscard]] const std::string& sample() const { return sample_; }
  static constexpr std::size_t sample_size = 4096;

 private:
  using Event = std::optional<AnswerEvent>;

  Event decode(const Record& record);
  Event decode_kind(const Record& record);
  Event text(const Record& record);
  Event reasoning(const Record& record);
  Event data_parts(const Record& record);
  Event error_text(const Record& record);
  Event tool_call(const Record& record);
  Event finish_message(const Record& record);
  Event finish_step(const Record& record);
  Event unknown(char kind);
  Event malformed();
  Event fail_with(Error error);
  Event fail_misfit(std::string_view what, std::string_view json);
  Event pop_queued();

  bool is_of_answer(const Record& record);

  Options options_;
  const Markers& markers_;
  RecordDecoder records_;
  CitationCollector citations_;
  /// The participant whose answer it is; 0 until it is known.
  char participant_;
  /// Events of a record that made several, in order, from next_queued_ on.
  std::vector<AnswerEvent> queued_;
  std::size_t next_queued_ = 0;
  Ending ending_;
  Skipped skipped_;
  bool failed_ = false;
  /// The body is a web page, in which nothing is a record whatever it looks like.
  bool is_page_ = false;
  std::string sample_;
};

}  // namespace lmbridge::arena
