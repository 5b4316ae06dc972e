#include "cdp/protocol_network.hpp"

#include "base/base64.hpp"
#include "cdp/append.hpp"

namespace lmbridge::cdp::network {

void Enable::append_parameters(std::string& out) const {
  ObjectWriter(out).add("maxPostDataSize", max_post_data_size);
}

RequestWillBeSent RequestWillBeSent::read(const Fields& fields) {
  const auto request = fields.object("request");
  RequestWillBeSent event{.request_id = fields.text("requestId"),
                          .document_url = fields.text("documentURL"),
                          .url = request.text("url"),
                          .request_method = request.text("method"),
                          .post_data = request.text("postData"),
                          .has_post_data = request.flag("hasPostData"),
                          .script_urls = {}};
  const auto stack = fields.object("initiator").object("stack");
  for (const auto& frame : stack.objects("callFrames")) {
    event.script_urls.push_back(frame.text("url"));
  }
  return event;
}

void GetRequestPostData::append_parameters(std::string& out) const {
  ObjectWriter(out).add("requestId", request_id);
}

GetRequestPostData::Reply GetRequestPostData::Reply::read(const Fields& fields) {
  const auto text = fields.text("postData");
  return {fields.flag("base64Encoded") ? base::base64_decoded(text) : std::string(text)};
}

}  // namespace lmbridge::cdp::network
