// A link that is accepted has one form, which does not change again; a data: link's parts can be
// read from it.

#include "base/base64.hpp"
#include "base/link.hpp"
#include "base/media_type.hpp"
#include "tests/fuzz/check.hpp"

#include <cstdint>
#include <string>

namespace {

using lmbridge::fuzz::check;
namespace base = lmbridge::base;

void check_data(const base::DataLink& data) {
  check(data.media_type.find('/') != std::string_view::npos, "a media type has two halves");
  check(!data.base64.empty() && data.base64.size() % 4 == 0, "base64 is whole");
  const auto padding_begin = data.base64.find_last_not_of('=') + 1;
  check(data.base64.size() - padding_begin <= 2, "at most two characters of padding");
  check(base::is_base64_alphabet(data.base64.substr(0, padding_begin)), "base64 and nothing else");
  const auto bytes = base::base64_decoded(data.base64);
  check(bytes.size() == data.base64.size() / 4 * 3 - (data.base64.size() - padding_begin),
        "all bytes are read");
  check(!base::sniff_media_type(bytes, data.media_type).empty(), "everything is of some type");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string link(data, data + size);
  if (!base::normalize_link(link, {.allow_http = true})) return 0;
  auto again = link;
  check(base::normalize_link(again, {.allow_http = true}).has_value(), "its form is accepted");
  check(again == link, "its form does not change");
  const auto parts = base::split_data_link(link);
  check(parts.has_value() == base::has_scheme(link, "data:"), "data: links have parts");
  if (parts) check_data(*parts);
  return 0;
}
