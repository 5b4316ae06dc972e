#include "settings/json_value.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include <type_traits>

namespace lmbridge::settings {
namespace json = boost::json;

json::value to_json(const JsoncNode& node) {
  return std::visit(
      [](const auto& value) -> json::value {
        using Value = std::decay_t<decltype(value)>;
        if constexpr (std::is_same_v<Value, JsoncNode::Items>) {
          json::array array;
          for (const auto& item : value) array.push_back(to_json(item));
          return array;
        } else if constexpr (std::is_same_v<Value, JsoncNode::Members>) {
          json::object object;
          for (const auto& member : value) object[member.key] = to_json(member.value);
          return object;
        } else {
          return json::value(value);
        }
      },
      node.value);
}

}  // namespace lmbridge::settings
