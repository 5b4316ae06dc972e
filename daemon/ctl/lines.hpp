// Lines in what comes piece by piece.
#pragma once

#include <functional>
#include <string>
#include <string_view>

namespace lmbridge::ctl {

/// Hands each line that is whole with `bytes` to `sink`, without its end; what is left of `rest`
/// and `bytes` stays in `rest` for the next time.
inline void take_lines(std::string& rest, std::string_view bytes,
                       const std::function<void(std::string_view)>& sink) {
  rest += bytes;
  std::size_t begin = 0;
  for (auto end = rest.find('\n'); end != std::string::npos; end = rest.find('\n', begin)) {
    sink(std::string_view(rest).substr(begin, end - begin));
    begin = end + 1;
  }
  rest.erase(0, begin);
}

}  // namespace lmbridge::ctl
