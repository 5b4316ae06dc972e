#include "cdp/protocol_page.hpp"

#include "cdp/append.hpp"

namespace lmbridge::cdp::page {

GetNavigationHistory::Reply GetNavigationHistory::Reply::read(const Fields& fields) {
  Reply reply{.current_index = fields.integer("currentIndex"), .entries = {}};
  for (const auto& entry : fields.objects("entries")) {
    reply.entries.push_back({.id = entry.integer("id"),
                             .url = std::string(entry.text("url")),
                             .title = std::string(entry.text("title"))});
  }
  return reply;
}

void NavigateToHistoryEntry::append_parameters(std::string& out) const {
  ObjectWriter(out).add("entryId", entry_id);
}

FrameNavigated FrameNavigated::read(const Fields& fields) {
  const auto frame = fields.object("frame");
  return {.parent_id = frame.text("parentId"), .url = frame.text("url")};
}

void HandleJavaScriptDialog::append_parameters(std::string& out) const {
  ObjectWriter(out).add("accept", accept).add_given("promptText", prompt_text);
}

GetLayoutMetrics::Reply GetLayoutMetrics::Reply::read(const Fields& fields) {
  const auto size = fields.object("cssContentSize");
  return {.content_width = size.number("width"), .content_height = size.number("height")};
}

void CaptureScreenshot::append_parameters(std::string& out) const {
  ObjectWriter object(out);
  object.add("format", format).add_given("quality", quality);
  if (width <= 0 || height <= 0) return;
  object.add("captureBeyondViewport", true);
  ObjectWriter(object.begin("clip"))
      .add("x", x)
      .add("y", y)
      .add("width", width)
      .add("height", height)
      .add("scale", 1);
}

void StartScreencast::append_parameters(std::string& out) const {
  ObjectWriter object(out);
  object.add("format", "jpeg").add("quality", quality);
  object.add("maxWidth", max_width).add("maxHeight", max_height);
  object.add("maxFramesInFlight", 1).add("sendLastFrame", true);
}

ScreencastFrame ScreencastFrame::read(const Fields& fields) {
  const auto metadata = fields.object("metadata");
  return {.data = fields.text("data"),
          .number = fields.integer("sessionId"),
          .device_width = metadata.number("deviceWidth"),
          .device_height = metadata.number("deviceHeight"),
          .offset_top = metadata.number("offsetTop"),
          .page_scale_factor = metadata.number("pageScaleFactor")};
}

void ScreencastFrameAck::append_parameters(std::string& out) const {
  ObjectWriter(out).add("sessionId", number);
}

}  // namespace lmbridge::cdp::page
