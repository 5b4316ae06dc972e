// Dialogs of a page: whoever looks at it answers them, and otherwise we do.
#include "base/text.hpp"
#include "bridge/site_page.hpp"
#include "cdp/protocol_page.hpp"

namespace lmbridge::bridge {

std::shared_ptr<void> SitePage::attend() {
  ++attendants_;
  return {this, [](void* self) {
            auto& page = *static_cast<SitePage*>(self);
            // The last one to go leaves nothing open behind.
            if (--page.attendants_ == 0 && page.is_dialog_open_) page.answer_dialog(false);
          }};
}

bool SitePage::on_other_event(std::string_view method, const cdp::Fields& params) {
  if (method == cdp::page::JavascriptDialogClosed::method) {
    is_dialog_open_ = false;
    return true;
  }
  if (method != cdp::page::JavascriptDialogOpening::method) return false;
  is_dialog_open_ = true;
  if (attendants_ > 0) return true;
  const auto dialog = cdp::page::JavascriptDialogOpening::read(params);
  const bool accept = dialog.type == "alert" || dialog.type == "beforeunload";
  log_.info("a dialog of the page was answered", {{"page", number_},
                                                  {"type", dialog.type},
                                                  {"text", base::excerpt(dialog.message, 200)},
                                                  {"agreed", accept}});
  answer_dialog(accept);
  return true;
}

void SitePage::answer_dialog(bool accept) {
  if (page_) page_->post_command(cdp::page::HandleJavaScriptDialog{.accept = accept});
}

}  // namespace lmbridge::bridge
