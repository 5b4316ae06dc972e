#include "cdp/protocol_input.hpp"

#include "cdp/append.hpp"

namespace lmbridge::cdp::input {

void DispatchMouseEvent::append_parameters(std::string& out) const {
  ObjectWriter object(out);
  object.add("type", type).add("x", x).add("y", y).add_given("modifiers", modifiers);
  object.add("button", button).add("buttons", buttons).add_given("clickCount", click_count);
  // Chromium refuses a wheel without them.
  if (type == "mouseWheel") object.add("deltaX", delta_x).add("deltaY", delta_y);
}

void DispatchKeyEvent::append_parameters(std::string& out) const {
  ObjectWriter object(out);
  object.add("type", type).add_given("modifiers", modifiers).add("key", key);
  object.add_given("code", code).add_given("text", text);
  object.add_given("windowsVirtualKeyCode", windows_virtual_key_code);
  object.add_given("location", location).add_given("autoRepeat", auto_repeat);
}

void DispatchTouchEvent::append_parameters(std::string& out) const {
  ObjectWriter object(out);
  object.add("type", type).add_given("modifiers", modifiers);
  auto& list = object.begin("touchPoints");
  list += '[';
  for (const auto& point : points) {
    if (list.back() != '[') list += ',';
    ObjectWriter(list).add("x", point.x).add("y", point.y).add("id", point.id);
  }
  list += ']';
}

void InsertText::append_parameters(std::string& out) const {
  ObjectWriter(out).add("text", text);
}

}  // namespace lmbridge::cdp::input

namespace lmbridge::cdp::emulation {

void SetDeviceMetricsOverride::append_parameters(std::string& out) const {
  ObjectWriter object(out);
  object.add("width", width).add("height", height).add("deviceScaleFactor", device_scale_factor);
  object.begin("mobile") += "false";
}

void SetTouchEmulationEnabled::append_parameters(std::string& out) const {
  ObjectWriter(out).begin("enabled") += enabled ? "true" : "false";
}

}  // namespace lmbridge::cdp::emulation
