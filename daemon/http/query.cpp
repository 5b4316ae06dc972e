#include "http/query.hpp"

#include <boost/url/parse_query.hpp>
#include <fmt/format.h>

#include <charconv>

namespace lmbridge::http {

Result<std::optional<std::string>> query_text(std::string_view query, std::string_view name) {
  const auto parsed = boost::urls::parse_query(query);
  if (!parsed) {
    return fail(ErrorCode::invalid_request, "what stands behind the \"?\" is not a valid query");
  }
  for (const auto& parameter : *parsed) {
    if (parameter.key == name) return std::string(parameter.value);
  }
  return std::nullopt;
}

Result<std::size_t> query_number(std::string_view query, std::string_view name,
                                 std::size_t smallest, std::size_t largest, std::size_t absent) {
  const auto text = query_text(query, name);
  if (!text) return std::unexpected(text.error());
  if (!*text) return absent;
  const auto& digits = **text;
  std::size_t number = 0;
  const auto* const end = digits.data() + digits.size();
  const auto [stop, error] = std::from_chars(digits.data(), end, number);
  if (error == std::errc() && stop == end && number >= smallest && number <= largest) return number;
  return fail_param(std::string(name), fmt::format("{} must be a whole number from {} to {}", name,
                                                   smallest, largest));
}

}  // namespace lmbridge::http
