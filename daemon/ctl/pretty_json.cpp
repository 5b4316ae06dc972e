#include "ctl/pretty_json.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>

namespace lmbridge::ctl {
namespace json = boost::json;
namespace {

bool is_container(const json::value& value) {
  return value.is_object() ? !value.as_object().empty()
                           : value.is_array() && !value.as_array().empty();
}

void append(std::string& text, const json::value& value, const std::string& indent) {
  const auto deeper = indent + "  ";
  if (value.is_object() && is_container(value)) {
    const char* separator = "{\n";
    for (const auto& member : value.as_object()) {
      text += separator + deeper + json::serialize(json::string(member.key())) + ": ";
      append(text, member.value(), deeper);
      separator = ",\n";
    }
    text += '\n' + indent + '}';
  } else if (value.is_array() && std::ranges::any_of(value.as_array(), is_container)) {
    const char* separator = "[\n";
    for (const auto& item : value.as_array()) {
      text += separator + deeper;
      append(text, item, deeper);
      separator = ",\n";
    }
    text += '\n' + indent + ']';
  } else {
    text += json::serialize(value);
  }
}

}  // namespace

std::string pretty_json(const json::value& value) {
  std::string text;
  append(text, value, "");
  return text + '\n';
}

}  // namespace lmbridge::ctl
