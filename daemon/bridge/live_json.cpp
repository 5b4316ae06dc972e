#include "bridge/live_json.hpp"

#include "base/strict_json.hpp"

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <initializer_list>
#include <optional>
#include <utility>

namespace lmbridge::bridge {
namespace json = boost::json;
namespace {

constexpr std::size_t longest_message = 2UL * 1024 * 1024;
/// Far outside of every screen.
constexpr double farthest = 1e6;
constexpr std::size_t most_points = 20;
constexpr std::size_t longest_name = 100;
/// Of a screen's sides, in CSS pixels.
constexpr int smallest_screen = 200;
constexpr int largest_screen = 4096;

/// Reads the fields of one object and remembers the first that is wrong.
class Reader {
 public:
  explicit Reader(const json::object& object) : object_(object) {}

  void read(std::string_view key, double& value) {
    const auto* found = object_.if_contains(key);
    if (found == nullptr) return;
    const double number = found->is_number() ? found->to_number<double>() : farthest * 2;
    if (std::abs(number) <= farthest) {
      value = number;
    } else {
      refuse(key);
    }
  }
  void read(std::string_view key, int& value, int smallest, int largest) {
    const auto* found = object_.if_contains(key);
    if (found == nullptr) return;
    const auto* number = found->if_int64();
    if (number != nullptr && *number >= smallest && *number <= largest) {
      value = static_cast<int>(*number);
    } else {
      refuse(key);
    }
  }
  void read(std::string_view key, bool& value) {
    const auto* found = object_.if_contains(key);
    if (found == nullptr) return;
    if (found->is_bool()) {
      value = found->get_bool();
    } else {
      refuse(key);
    }
  }
  void read(std::string_view key, std::string& value, std::size_t longest) {
    const auto* found = object_.if_contains(key);
    if (found == nullptr) return;
    const auto* text = found->if_string();
    if (text != nullptr && text->size() <= longest) {
      value = std::string(*text);
    } else {
      refuse(key);
    }
  }
  template <class Enum>
  void read(std::string_view key, Enum& value,
            std::initializer_list<std::pair<std::string_view, Enum>> words) {
    std::string word;
    read(key, word, longest_name);
    const auto* found = std::ranges::find(words, word, [](const auto& each) { return each.first; });
    if (found != words.end()) {
      value = found->second;
    } else {
      refuse(key);
    }
  }

  void refuse(std::string_view key) {
    if (problem_.empty()) problem_ = key;
  }
  [[nodiscard]] const std::string& problem() const { return problem_; }
  [[nodiscard]] const json::object& object() const { return object_; }

 private:
  const json::object& object_;
  std::string problem_;
};

void read_modifiers(Reader& reader, int& modifiers) {
  reader.read("modifiers", modifiers, 0, 15);
}

LiveInput read_mouse(Reader& reader) {
  using live_input::MouseAction;
  live_input::Mouse mouse;
  reader.read("action", mouse.action,
              {{"move", MouseAction::move},
               {"press", MouseAction::press},
               {"release", MouseAction::release}});
  reader.read("x", mouse.x);
  reader.read("y", mouse.y);
  std::string_view button = mouse.button;
  reader.read("button", button,
              {{"none", "none"},
               {"", "none"},
               {"left", "left"},
               {"middle", "middle"},
               {"right", "right"},
               {"back", "back"},
               {"forward", "forward"}});
  mouse.button = button;
  reader.read("buttons", mouse.buttons, 0, 31);
  reader.read("click_count", mouse.click_count, 0, 3);
  read_modifiers(reader, mouse.modifiers);
  return mouse;
}

LiveInput read_wheel(Reader& reader) {
  live_input::Wheel wheel;
  reader.read("x", wheel.x);
  reader.read("y", wheel.y);
  reader.read("delta_x", wheel.delta_x);
  reader.read("delta_y", wheel.delta_y);
  read_modifiers(reader, wheel.modifiers);
  return wheel;
}

void read_points(Reader& reader, std::vector<live_input::TouchPoint>& points) {
  const auto* found = reader.object().if_contains("points");
  if (found == nullptr) return;
  const auto* list = found->if_array();
  if (list == nullptr || list->size() > most_points) return reader.refuse("points");
  for (const auto& item : *list) {
    if (!item.is_object()) return reader.refuse("points");
    Reader inner(item.get_object());
    live_input::TouchPoint point;
    inner.read("x", point.x);
    inner.read("y", point.y);
    inner.read("id", point.id, 0, 1'000'000);
    if (!inner.problem().empty()) reader.refuse("points." + inner.problem());
    points.push_back(point);
  }
}

LiveInput read_touch(Reader& reader) {
  using live_input::TouchAction;
  live_input::Touch touch;
  reader.read("action", touch.action,
              {{"start", TouchAction::start},
               {"move", TouchAction::move},
               {"end", TouchAction::end},
               {"cancel", TouchAction::cancel}});
  read_points(reader, touch.points);
  read_modifiers(reader, touch.modifiers);
  return touch;
}

LiveInput read_key(Reader& reader) {
  live_input::Key key;
  reader.read("down", key.is_down);
  reader.read("key", key.key, longest_name);
  reader.read("code", key.code, longest_name);
  reader.read("text", key.text, longest_name);
  reader.read("key_code", key.key_code, 0, 255);
  reader.read("location", key.location, 0, 3);
  reader.read("repeat", key.auto_repeat);
  read_modifiers(reader, key.modifiers);
  return key;
}

LiveInput read_text(Reader& reader) {
  live_input::Text text;
  reader.read("text", text.text, longest_message);
  return text;
}

LiveInput read_screen(Reader& reader) {
  live_input::Screen screen{.width = smallest_screen, .height = smallest_screen};
  reader.read("width", screen.width, smallest_screen, largest_screen);
  reader.read("height", screen.height, smallest_screen, largest_screen);
  reader.read("scale", screen.scale);
  screen.scale = std::clamp(screen.scale, 0.5, 4.0);
  reader.read("touch", screen.touch);
  return screen;
}

LiveInput read_navigate(Reader& reader) {
  live_input::Navigate navigate;
  reader.read("address", navigate.address, longest_message);
  return navigate;
}

LiveInput read_answer(Reader& reader) {
  live_input::AnswerDialog answer;
  reader.read("accept", answer.accept);
  reader.read("text", answer.text, longest_message);
  return answer;
}

struct Kind {
  std::string_view name;
  LiveInput (*read)(Reader&);
};

constexpr auto kinds =
    std::to_array<Kind>({{"mouse", read_mouse},
                         {"wheel", read_wheel},
                         {"touch", read_touch},
                         {"key", read_key},
                         {"text", read_text},
                         {"screen", read_screen},
                         {"navigate", read_navigate},
                         {"back", [](Reader&) -> LiveInput { return live_input::Back{}; }},
                         {"forward", [](Reader&) -> LiveInput { return live_input::Forward{}; }},
                         {"reload", [](Reader&) -> LiveInput { return live_input::Reload{}; }},
                         {"answer", read_answer}});

json::object describe(const LiveFrame& frame) {
  return {{"frame", {{"width", frame.width}, {"height", frame.height}, {"sharp", frame.is_sharp}}}};
}

json::object describe(const LiveAddress& address) {
  return {{"address",
           {{"url", address.url},
            {"title", address.title},
            {"back", address.can_go_back},
            {"forward", address.can_go_forward}}}};
}

json::object describe(const LiveDialog& dialog) {
  return {{"dialog",
           {{"type", dialog.type}, {"message", dialog.message}, {"text", dialog.default_text}}}};
}

json::object describe(const LiveDialogClosed&) {
  return {{"dialog_closed", json::object()}};
}

json::object describe(const LiveMessage& message) {
  return {{"message", json::object{{"text", message.text}}}};
}

}  // namespace

Result<LiveInput> parse_live_input(std::string_view text) {
  if (text.size() > longest_message) {
    return fail(ErrorCode::invalid_request, "a message of the viewer is too long");
  }
  const auto parsed = base::parse_strict_json(text, {.depth = 5, .values = 200});
  if (!parsed) return std::unexpected(parsed.error());
  const auto* object = parsed->if_object();
  if (object == nullptr || object->size() != 1 || !object->begin()->value().is_object()) {
    return fail(ErrorCode::invalid_request, "a message of the viewer is one object in another");
  }
  const std::string_view name = object->begin()->key();
  const auto* kind = std::ranges::find(kinds, name, &Kind::name);
  if (kind == kinds.end()) {
    return fail(ErrorCode::invalid_request, "a message of the viewer is of no kind that there is");
  }
  Reader reader(object->begin()->value().get_object());
  auto input = kind->read(reader);
  if (reader.problem().empty()) return input;
  return fail(ErrorCode::invalid_request,
              fmt::format("a message of the viewer has a wrong {}.{}", name, reader.problem()));
}

std::string live_json(const LiveOutput& output) {
  return json::serialize(std::visit([](const auto& each) { return describe(each); }, output));
}

}  // namespace lmbridge::bridge
