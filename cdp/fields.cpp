#include "cdp/fields.hpp"

#include <boost/json/value.hpp>

namespace lmbridge::cdp {
namespace json = boost::json;
namespace {

const json::object nothing;

}  // namespace

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

double Fields::number(std::string_view name) const {
  const auto* found = value(name);
  return found != nullptr && found->is_number() ? found->to_number<double>() : 0;
}

bool Fields::flag(std::string_view name) const {
  const auto* found = value(name);
  return found != nullptr && found->is_bool() && found->get_bool();
}

Fields Fields::below(std::string_view name, const json::object& object) const {
  return Fields(object, recorder_,
                recorder_ != nullptr ? path_ + std::string(name) + '.' : std::string());
}

Fields Fields::object(std::string_view name) const {
  const auto* found = value(name);
  const auto* object = found != nullptr ? found->if_object() : nullptr;
  return below(name, object != nullptr ? *object : nothing);
}

std::vector<Fields> Fields::objects(std::string_view name) const {
  std::vector<Fields> objects;
  const auto* found = value(name);
  if (const auto* array = found != nullptr ? found->if_array() : nullptr) {
    for (const auto& item : *array) {
      if (const auto* object = item.if_object()) objects.push_back(below(name, *object));
    }
  }
  if (objects.empty() && recorder_ != nullptr) objects.push_back(below(name, nothing));
  return objects;
}

}  // namespace lmbridge::cdp
