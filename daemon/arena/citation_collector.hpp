// Puts citations together from the fragments that search models send as tool-call deltas.
#pragma once

#include "arena/answer_event.hpp"

#include <boost/json/object.hpp>
#include <boost/json/stream_parser.hpp>

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace lmbridge::arena {

/// The `argsTextDelta` texts of one `toolCallId`, put together, are JSON objects with a `source`:
/// an object with `title` and `url`, an array of such objects, or a bare link.
///
/// Each fragment is parsed once. Calls beyond the limits are dropped: citations adorn an answer,
/// they are not worth failing it.
class CitationCollector {
 public:
  static constexpr std::size_t max_open_calls = 64;
  static constexpr std::size_t max_call_bytes = 1024UL * 1024;

  /// Takes the object of one `c` record and returns the citations that it completes. `understood`
  /// is false when the record is no tool-call delta or its text is no JSON.
  struct Outcome {
    bool understood = false;
    std::vector<Citation> citations = {};
  };
  Outcome add(const boost::json::object& record);

 private:
  struct Call {
    boost::json::stream_parser parser;
    /// Of the object that is not complete yet.
    std::size_t bytes = 0;
    /// Its text was no JSON or too long; the rest of it is ignored.
    bool broken = false;
  };

  bool feed(Call& call, std::string_view fragment, std::vector<Citation>& citations);

  std::map<std::string, Call, std::less<>> calls_;
};

}  // namespace lmbridge::arena
