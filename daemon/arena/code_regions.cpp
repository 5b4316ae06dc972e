#include "arena/code_regions.hpp"

#include <algorithm>
#include <optional>
#include <unordered_map>

namespace lmbridge::arena {
namespace {

struct Line {
  std::size_t begin = 0;
  /// Without the line break.
  std::string_view text;
};

/// Backticks or tildes that open or close a block.
struct Fence {
  char mark = '`';
  std::size_t length = 0;
  /// Where it stands in its line, and what follows it.
  std::size_t offset = 0;
  std::string_view rest;
};

bool is_blank(std::string_view text) {
  return text.find_first_not_of(" \t\r") == std::string_view::npos;
}

std::optional<Fence> fence_of(std::string_view line) {
  // Behind the marks of quotes, too.
  const auto begin = line.find_first_not_of(" \t>");
  if (begin == std::string_view::npos || (line[begin] != '`' && line[begin] != '~')) {
    return std::nullopt;
  }
  const char mark = line[begin];
  const auto end = std::min(line.size(), line.find_first_not_of(mark, begin));
  if (end - begin < 3) return std::nullopt;
  return Fence{.mark = mark, .length = end - begin, .offset = begin, .rest = line.substr(end)};
}

/// Behind a fence of backticks a language may follow, but no backtick: that would be a code span.
bool opens(const Fence& fence) {
  return fence.mark == '~' || !fence.rest.contains('`');
}

bool closes(const Fence& fence, const Fence& opening) {
  return fence.mark == opening.mark && fence.length >= opening.length && is_blank(fence.rest);
}

/// The code spans of a paragraph: a run of backticks up to the next run of the same length.
class SpanFinder {
 public:
  explicit SpanFinder(std::string_view text) : text_(text) {}

  void find(std::size_t begin, std::size_t end, std::vector<CodeRegion>& regions) {
    const auto paragraph = text_.substr(0, end);
    list_runs(paragraph, begin);
    if (runs_.empty()) return;
    for (auto i = begin; (i = paragraph.find_first_of("`\\", i)) < end;) {
      if (paragraph[i] == '\\') {
        i += 2;
        continue;
      }
      const auto length = run_length(paragraph, i);
      const auto closing = next_run(length, i + length);
      if (closing) regions.push_back({.begin = i, .end = *closing + length});
      i = closing ? *closing + length : i + length;
    }
  }

 private:
  struct Runs {
    std::vector<std::size_t> begins;
    std::size_t next = 0;
  };

  static std::size_t run_length(std::string_view text, std::size_t begin) {
    return std::min(text.size(), text.find_first_not_of('`', begin)) - begin;
  }

  void list_runs(std::string_view text, std::size_t begin) {
    runs_.clear();
    for (auto i = text.find('`', begin); i != std::string_view::npos;) {
      const auto length = run_length(text, i);
      runs_[length].begins.push_back(i);
      i = text.find('`', i + length);
    }
  }

  /// The first run of exactly this length from `position` on; positions only grow.
  std::optional<std::size_t> next_run(std::size_t length, std::size_t position) {
    const auto found = runs_.find(length);
    if (found == runs_.end()) return std::nullopt;
    auto& [begins, next] = found->second;
    while (next < begins.size() && begins[next] < position) ++next;
    return next < begins.size() ? std::optional(begins[next]) : std::nullopt;
  }

  std::string_view text_;
  std::unordered_map<std::size_t, Runs> runs_;
};

class Scanner {
 public:
  explicit Scanner(std::string_view text) : text_(text), spans_(text) {}

  std::vector<CodeRegion> scan() {
    for (std::size_t i = 0; i < text_.size();) {
      const auto end = std::min(text_.size(), text_.find('\n', i));
      take({.begin = i, .text = text_.substr(i, end - i)});
      i = end + 1;
    }
    if (opening_) {
      regions_.push_back({.begin = block_begin_, .end = text_.size(), .open_ended = true});
    } else {
      end_paragraph(text_.size());
    }
    return std::move(regions_);
  }

 private:
  void take(const Line& line) {
    const auto fence = fence_of(line.text);
    if (opening_) {
      if (!fence || !closes(*fence, *opening_)) return;
      const auto end = line.begin + fence->offset + fence->length;
      regions_.push_back({.begin = block_begin_, .end = end});
      opening_.reset();
      paragraph_ = end;
    } else if (fence && opens(*fence)) {
      end_paragraph(line.begin);
      opening_ = fence;
      block_begin_ = line.begin + fence->offset;
    } else if (is_blank(line.text)) {
      end_paragraph(line.begin);
    }
  }

  void end_paragraph(std::size_t end) {
    spans_.find(paragraph_, end, regions_);
    paragraph_ = end;
  }

  std::string_view text_;
  SpanFinder spans_;
  std::vector<CodeRegion> regions_;
  std::size_t paragraph_ = 0;
  std::optional<Fence> opening_;
  std::size_t block_begin_ = 0;
};

}  // namespace

std::vector<CodeRegion> find_code(std::string_view text) {
  if (!text.contains('`') && !text.contains('~')) return {};
  return Scanner(text).scan();
}

}  // namespace lmbridge::arena
