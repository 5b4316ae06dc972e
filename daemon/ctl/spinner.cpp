#include "ctl/spinner.hpp"

#include <fmt/format.h>

#include <cstdio>
#include <string_view>

namespace lmbridge::ctl {

Spinner::Spinner(Session& session, std::string what)
    : client_(session.client), what_(std::move(what)) {
  if (session.terminal.errors && !session.arguments.json) client_.on_wait([this] { turn(); });
}

Spinner::~Spinner() {
  client_.on_wait(nullptr);
  if (turns_ > 0) fmt::print(stderr, "\r\x1b[K");
}

void Spinner::turn() {
  constexpr std::string_view shapes = "|/-\\";
  fmt::print(stderr, "\r{} {} ", shapes[turns_++ % shapes.size()], what_);
  std::fflush(stderr);
}

}  // namespace lmbridge::ctl
