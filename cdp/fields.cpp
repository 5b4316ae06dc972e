#include "cdp/fields.hpp"

#include <boost/json/value.hpp>

namespace lmbridge::cdp {
namespace json = boost::json;

void Fields::record(std::string_view name) const {
  if (recorder_ != nullptr) recorder_->insert(path_ + std::string(name));
}

const json::value* Fields::value(std::string_view name) const {
  record(name);
  return object_.if_contains(name);
}

std::string_view Fields::text(std::string_view name) const {
  const auto* found = value(name);
  const auto* text = found != nullptr ? found->if_string() : nullptr;
  return text != nullptr ? std::string_view(*text) : std::string_view();
}

std::int64_t Fields::integer(std::string_view name) const {
  const auto* found = value(name);
  const auto* integer = found != nullptr ? found->if_int64() : nullptr;
  return integer != nullptr ? *integer : 0;
}

Fields Fields::object(std::string_view name) const {
  static const json::object nothing;
  const auto* found = value(name);
  const auto* object = found != nullptr ? found->if_object() : nullptr;
  return Fields(object != nullptr ? *object : nothing, recorder_,
                recorder_ != nullptr ? path_ + std::string(name) + '.' : std::string());
}

}  // namespace lmbridge::cdp
