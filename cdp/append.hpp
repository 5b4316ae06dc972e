// Writes the JSON of commands: for the protocol files only.
#pragma once

#include "base/text.hpp"

#include <fmt/format.h>

#include <cmath>
#include <iterator>
#include <string>
#include <string_view>
#include <type_traits>

namespace lmbridge::cdp {

/// One object, member by member; what is empty or 0 and may be left out is left out by add_given().
class ObjectWriter {
 public:
  explicit ObjectWriter(std::string& out) : out_(out) { out_ += '{'; }
  ObjectWriter(const ObjectWriter&) = delete;
  ObjectWriter& operator=(const ObjectWriter&) = delete;
  ~ObjectWriter() { out_ += '}'; }

  ObjectWriter& add(std::string_view name, std::string_view text) {
    begin(name);
    base::append_json_string(out_, text);
    return *this;
  }
  template <class Number>
    requires std::is_arithmetic_v<Number>
  ObjectWriter& add(std::string_view name, Number number) {
    begin(name);
    if constexpr (std::is_floating_point_v<Number>) {
      // JSON has no word for these, and the browser would refuse the whole message.
      if (!std::isfinite(number)) number = 0;
    }
    fmt::format_to(std::back_inserter(out_), "{}", number);
    return *this;
  }
  ObjectWriter& add_given(std::string_view name, std::string_view text) {
    return text.empty() ? *this : add(name, text);
  }
  template <class Number>
    requires std::is_arithmetic_v<Number>
  ObjectWriter& add_given(std::string_view name, Number number) {
    return number == Number{} ? *this : add(name, number);
  }
  /// A member whose value the caller appends.
  std::string& begin(std::string_view name) {
    if (!first_) out_ += ',';
    first_ = false;
    base::append_json_string(out_, name);
    out_ += ':';
    return out_;
  }

 private:
  std::string& out_;
  bool first_ = true;
};

}  // namespace lmbridge::cdp
