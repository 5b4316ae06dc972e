#include "base/strict_json.hpp"

#include "base/text.hpp"

#include <boost/json/basic_parser_impl.hpp>
#include <boost/json/value_stack.hpp>
#include <fmt/format.h>

#include <cmath>
#include <limits>
#include <string>
#include <unordered_set>
#include <vector>

namespace lmbridge::base {
namespace json = boost::json;
namespace {

using ErrorCondition = boost::system::error_code;

/// Builds the value while it keeps the path to where the parser is. The members that basic_parser
/// calls return false, with the reason in `refusal`, to stop it.
class Handler {
 public:
  static constexpr std::size_t max_object_size = std::numeric_limits<std::size_t>::max();
  static constexpr std::size_t max_array_size = std::numeric_limits<std::size_t>::max();
  static constexpr std::size_t max_key_size = 64UL * 1024;
  static constexpr std::size_t max_string_size = std::numeric_limits<std::size_t>::max();

  explicit Handler(const JsonLimits& limits) : limits_(limits) {}

  json::value release() { return stack_.release(); }
  [[nodiscard]] const std::string& refusal() const { return refusal_; }
  [[nodiscard]] std::string path() const;

  bool on_document_begin(ErrorCondition&) { return true; }
  bool on_document_end(ErrorCondition&) { return true; }

  bool on_object_begin(ErrorCondition& error) {
    if (!count(error)) return false;
    places_.push_back({.is_array = false});
    return true;
  }
  bool on_object_end(std::size_t size, ErrorCondition&) {
    places_.pop_back();
    stack_.push_object(size);
    return true;
  }
  bool on_array_begin(ErrorCondition& error) {
    if (!count(error)) return false;
    places_.push_back({.is_array = true});
    return true;
  }
  bool on_array_end(std::size_t size, ErrorCondition&) {
    places_.pop_back();
    stack_.push_array(size);
    return true;
  }

  bool on_key_part(json::string_view part, std::size_t, ErrorCondition&) {
    partial_key_ += part;
    stack_.push_chars(part);
    return true;
  }
  bool on_key(json::string_view rest, std::size_t, ErrorCondition& error) {
    partial_key_ += rest;
    stack_.push_key(rest);
    auto& place = places_.back();
    place.key = std::exchange(partial_key_, {});
    if (place.keys.insert(place.key).second) return true;
    return refuse(error, "the key stands there twice");
  }
  bool on_string_part(json::string_view part, std::size_t, ErrorCondition&) {
    stack_.push_chars(part);
    return true;
  }
  bool on_string(json::string_view rest, std::size_t, ErrorCondition& error) {
    stack_.push_string(rest);
    return count(error);
  }

  bool on_number_part(json::string_view, ErrorCondition&) { return true; }
  bool on_int64(std::int64_t number, json::string_view, ErrorCondition& error) {
    stack_.push_int64(number);
    return count(error);
  }
  bool on_uint64(std::uint64_t number, json::string_view, ErrorCondition& error) {
    stack_.push_uint64(number);
    return count(error);
  }
  bool on_double(double number, json::string_view, ErrorCondition& error) {
    if (!std::isfinite(number)) return refuse(error, "the number is out of range");
    stack_.push_double(number);
    return count(error);
  }
  bool on_bool(bool value, ErrorCondition& error) {
    stack_.push_bool(value);
    return count(error);
  }
  bool on_null(ErrorCondition& error) {
    stack_.push_null();
    return count(error);
  }
  bool on_comment_part(json::string_view, ErrorCondition&) { return true; }
  bool on_comment(json::string_view, ErrorCondition&) { return true; }

  void reset() { stack_.reset(); }

 private:
  struct Place {
    bool is_array = false;
    std::size_t index = 0;
    std::string key = {};
    std::unordered_set<std::string> keys = {};
  };

  bool refuse(ErrorCondition& error, std::string reason) {
    refusal_ = std::move(reason);
    error = json::error::syntax;
    return false;
  }

  /// Called once for each value, after which the parser stands at the next one of the array.
  bool count(ErrorCondition& error) {
    if (++values_ > limits_.values) {
      return refuse(error, fmt::format("there are more than {} values", limits_.values));
    }
    if (!places_.empty() && places_.back().is_array) ++places_.back().index;
    return true;
  }

  const JsonLimits& limits_;
  json::value_stack stack_;
  std::vector<Place> places_;
  std::string partial_key_;
  std::string refusal_;
  std::size_t values_ = 0;
};

std::string Handler::path() const {
  std::string path;
  for (std::size_t i = 0; i < places_.size(); ++i) {
    const auto& place = places_[i];
    if (place.is_array) {
      // Outer arrays have already counted the value that the parser is inside of.
      const bool innermost = i + 1 == places_.size();
      path += fmt::format("[{}]", innermost ? place.index : place.index - 1);
    } else if (!place.key.empty()) {
      if (!path.empty()) path += '.';
      path += place.key;
    }
  }
  return path;
}

std::string reason_of(const Handler& handler, const ErrorCondition& error, std::string_view text) {
  if (!handler.refusal().empty()) return handler.refusal();
  if (error == json::error::too_deep) return "it is nested too deeply";
  if (error == json::error::extra_data) return "there is something after its end";
  if (error == json::error::incomplete) return "it is incomplete";
  if (!is_valid_utf8(text)) return "it is not valid UTF-8";
  return error.message();
}

}  // namespace

Result<json::value> parse_strict_json(std::string_view text, const JsonLimits& limits) {
  json::parse_options options;
  options.max_depth = limits.depth;
  json::basic_parser<Handler> parser(options, limits);
  parser.handler().reset();
  ErrorCondition error;
  const auto parsed = parser.write_some(false, text.data(), text.size(), error);
  if (!error && parsed < text.size()) error = json::error::extra_data;
  if (!error) return parser.handler().release();

  const auto path = parser.handler().path();
  auto message = fmt::format("not acceptable as JSON: {} (near byte {}{}{})",
                             reason_of(parser.handler(), error, text), parsed,
                             path.empty() ? "" : ", field ", path);
  return fail_param(path, std::move(message));
}

}  // namespace lmbridge::base
