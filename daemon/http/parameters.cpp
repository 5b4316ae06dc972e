#include "http/parameters.hpp"

#include "base/text.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace lmbridge::http {
namespace {

/// More than anybody sends, and few enough to look through for one that comes twice.
constexpr std::size_t parameter_limit = 16;

std::string lower(std::string_view text) {
  std::string out(text);
  for (auto& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return out;
}

/// Takes a quoted string, whose opening quote is gone already, from the beginning of `text`;
/// nullopt when it does not end.
std::optional<std::string> take_quoted(std::string_view& text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool escape = text[i] == '\\' && i + 1 < text.size();
    if (escape && (text[i + 1] == '"' || text[i + 1] == '\\')) {
      out += text[++i];
    } else if (text[i] == '"') {
      text.remove_prefix(i + 1);
      return out;
    } else {
      out += text[i];
    }
  }
  return std::nullopt;
}

/// Takes everything up to the next semicolon.
std::string_view take_plain(std::string_view& text) {
  const auto end = std::min(text.size(), text.find(';'));
  const auto taken = base::trimmed(text.substr(0, end));
  text.remove_prefix(end);
  return taken;
}

Result<std::string> take_value(std::string_view what, std::string_view& text) {
  text = text.substr(std::min(text.size(), text.find_first_not_of(" \t")));
  if (!text.starts_with('"')) return std::string(take_plain(text));
  text.remove_prefix(1);
  auto quoted = take_quoted(text);
  if (!quoted) {
    return fail(ErrorCode::invalid_request, fmt::format("{}: a quote does not end", what));
  }
  if (!take_plain(text).empty()) {
    return fail(ErrorCode::invalid_request,
                fmt::format("{}: there is something between a quote and the next semicolon", what));
  }
  return *std::move(quoted);
}

}  // namespace

std::optional<std::string_view> ParameterizedValue::get(std::string_view name) const {
  const auto found = std::ranges::find(
      parameters, name, [](const auto& each) -> std::string_view { return each.first; });
  if (found == parameters.end()) return std::nullopt;
  return found->second;
}

Result<ParameterizedValue> parse_parameters(std::string_view what, std::string_view text) {
  ParameterizedValue parsed{.value = lower(take_plain(text)), .parameters = {}};
  while (!text.empty()) {
    text.remove_prefix(1);  // the semicolon
    const auto name_end = std::min(text.size(), text.find_first_of("=;"));
    auto name = lower(base::trimmed(text.substr(0, name_end)));
    text.remove_prefix(name_end);
    if (name.empty() && !text.starts_with('=')) continue;  // ";;" or a semicolon at the end
    if (name.empty() || !text.starts_with('=')) {
      return fail(ErrorCode::invalid_request,
                  fmt::format("{}: {} is no parameter: it must be like name=value", what,
                              base::quoted(base::excerpt(name, 80))));
    }
    text.remove_prefix(1);
    if (parsed.parameters.size() == parameter_limit) {
      return fail(ErrorCode::invalid_request,
                  fmt::format("{}: there are more than {} parameters", what, parameter_limit));
    }
    if (parsed.get(name)) {
      return fail(ErrorCode::invalid_request, fmt::format("{}: the parameter {} comes twice", what,
                                                          base::quoted(base::excerpt(name, 80))));
    }
    auto value = take_value(what, text);
    if (!value) return std::unexpected(value.error());
    parsed.parameters.emplace_back(std::move(name), *std::move(value));
  }
  return parsed;
}

}  // namespace lmbridge::http
