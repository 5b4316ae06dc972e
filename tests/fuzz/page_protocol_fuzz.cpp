// Payloads of the page never crash the daemon, every text lies in its payload, and the texts are
// handed on without a gap. Units count as JavaScript counts them.

#include "base/text.hpp"
#include "bridge/page_protocol.hpp"
#include "tests/fuzz/check.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace {

using lmbridge::bridge::JobId;
using lmbridge::fuzz::check;

class Listener final : public lmbridge::bridge::PageListener {
 public:
  explicit Listener(std::string_view texts) : rest_(texts) {}

  void on_hello(const lmbridge::bridge::DocumentHead&) override {}
  void on_loaded(std::string_view) override {}
  void on_protocol(std::string_view) override {}
  void on_head(JobId, lmbridge::bridge::ResponseHead) override {}
  void on_text(JobId, std::string_view text, std::size_t units) override {
    check(text.data() == rest_.data() && text.size() <= rest_.size(), "texts come without a gap");
    check(units <= text.size(), "no text has more units than bytes");
    rest_.remove_prefix(text.size());
  }
  void on_end(JobId) override {}
  void on_fail(JobId, bool, std::string_view) override {}

  [[nodiscard]] bool all_taken() const { return rest_.empty(); }

 private:
  std::string_view rest_;
};

/// UTF-16 units of valid UTF-8.
std::size_t units_of(std::string_view text) {
  std::size_t units = 0;
  while (!text.empty()) {
    const auto length = lmbridge::base::utf8_sequence_length(text);
    units += length == 4 ? 2 : 1;
    text.remove_prefix(length);
  }
  return units;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string payload(data, data + size);
  const auto line_end = payload.find('\n');
  const auto texts = line_end == std::string::npos ? std::string_view()
                                                   : std::string_view(payload).substr(line_end + 1);
  Listener listener(texts);
  if (lmbridge::bridge::read_page_payload(payload, listener)) {
    check(listener.all_taken(), "no text is passed over");
  }

  for (std::size_t units = 0; units < 20; ++units) {
    const auto bytes = lmbridge::bridge::bytes_of_units(payload, units);
    check(bytes <= payload.size(), "units end with their text");
  }
  if (lmbridge::base::is_valid_utf8(payload)) {
    check(lmbridge::bridge::bytes_of_units(payload, units_of(payload)) == payload.size(),
          "all units are all bytes");
    const auto half =
        payload.substr(0, lmbridge::bridge::bytes_of_units(payload, units_of(payload) / 2));
    check(lmbridge::base::is_valid_utf8(half), "code points are never parted");
  }
  return 0;
}
