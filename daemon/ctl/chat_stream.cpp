#include "ctl/chat_stream.hpp"

#include "ctl/lines.hpp"
#include "ctl/session.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>

#include <algorithm>
#include <iterator>

namespace lmbridge::ctl {
namespace json = boost::json;
namespace {

/// choices[0].delta.content; nullptr in chunks without.
const json::string* content_of(const json::value& chunk) {
  const auto* choices = chunk.is_object() ? chunk.as_object().if_contains("choices") : nullptr;
  if (choices == nullptr || !choices->is_array() || choices->as_array().empty()) return nullptr;
  const auto& choice = choices->as_array().front();
  const auto* delta = choice.is_object() ? choice.as_object().if_contains("delta") : nullptr;
  if (delta == nullptr || !delta->is_object()) return nullptr;
  const auto* content = delta->as_object().if_contains("content");
  return content == nullptr ? nullptr : content->if_string();
}

}  // namespace

void ChatStream::take(std::string_view bytes) {
  take_lines(rest_, bytes, [this](std::string_view line) { take_line(line); });
}

void ChatStream::take_line(std::string_view line) {
  constexpr std::string_view prefix = "data: ";
  if (!line.starts_with(prefix)) return;
  line.remove_prefix(prefix.size());
  if (line == "[DONE]") {
    done_ = true;
  } else {
    take_event(line);
  }
}

void ChatStream::take_event(std::string_view data) {
  boost::system::error_code error;
  const auto event = json::parse(data, error);
  if (error || !event.is_object()) return;
  if (event.as_object().contains("error")) {
    error_ = refusal({.status = 500, .body = std::string(data)});
    return;
  }
  if (const auto* content = content_of(event)) {
    text_ += std::string_view(*content);
    sink_(*content);
  }
}

std::optional<Trouble> ChatStream::trouble() const {
  if (error_ || done_) return error_;
  return Trouble{.exit = ExitCode::failed,
                 .code = "cut",
                 .message = "the answer was cut off; the daemon's log says why"};
}

std::string harmless(std::string_view text) {
  std::string plain;
  std::ranges::copy_if(text, std::back_inserter(plain), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return c == '\n' || c == '\t' || (byte >= 0x20 && byte != 0x7f);
  });
  return plain;
}

}  // namespace lmbridge::ctl
