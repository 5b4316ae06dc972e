// What the fields of a request must be like, as tables.
#pragma once

#include "base/error.hpp"

#include <boost/json/object.hpp>

#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace lmbridge::openai {

inline constexpr double unbounded = std::numeric_limits<double>::infinity();

struct NumberRule {
  std::string_view field;
  double least;
  double most;
  bool whole;
};

enum class FieldKind { boolean, string, array, object };

struct KindRule {
  std::string_view field;
  FieldKind kind;
  /// For the message, e.g. "true or false".
  std::string_view what;
};

/// The first field of `request` that breaks a rule. Fields that are null count as absent.
std::optional<Error> check_fields(const boost::json::object& request,
                                  std::span<const KindRule> kinds,
                                  std::span<const NumberRule> numbers);

/// The value of `field`; nullptr when it is absent or null.
const boost::json::value* given_field(const boost::json::object& object, std::string_view field);

Error refuse_field(std::string_view field, std::string message);

/// `model`, which every request must have. Fails with invalid_request.
Result<std::string> parse_model(const boost::json::object& request, std::size_t longest);

/// A checked option; absent and null are false.
bool flag(const boost::json::object& object, std::string_view field);

/// A checked number of at least 0; nothing where it is absent or null.
std::optional<std::uint64_t> whole_number(const boost::json::object& request,
                                          std::string_view field);

}  // namespace lmbridge::openai
