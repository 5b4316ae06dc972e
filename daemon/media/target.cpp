#include "media/target.hpp"

#include "base/link.hpp"
#include "media/host_list.hpp"

#include <fmt/format.h>

#include <new>
#include <utility>

namespace lmbridge::media {
namespace {

std::unexpected<Error> refuse(std::string_view reason) {
  return fail(ErrorCode::download_refused, fmt::format("nothing can be downloaded: {}", reason));
}

/// One part of `url`, empty when it has none.
std::string part(CURLU* url, CURLUPart which) {
  char* text = nullptr;
  if (curl_url_get(url, which, &text, 0) != CURLUE_OK) return {};
  const std::unique_ptr<char, decltype(&curl_free)> owner(text, &curl_free);
  return text;
}

}  // namespace

Result<Target> Target::parse(std::string link) {
  if (!base::has_scheme(link, "https:") && !base::has_scheme(link, "http:")) {
    return refuse("the link begins neither with https: nor with http:");
  }
  if (const auto normal = base::normalize_link(link, {.allow_http = true}); !normal) {
    return refuse(normal.error().message);
  }
  Url url(curl_url());
  if (!url) throw std::bad_alloc();
  if (const auto code = curl_url_set(url.get(), CURLUPART_URL, link.c_str(), 0);
      code != CURLUE_OK) {
    return refuse(curl_url_strerror(code));
  }
  auto host = comparable_host(part(url.get(), CURLUPART_HOST));
  if (host.empty()) return refuse("the link has no host");
  const bool https = part(url.get(), CURLUPART_SCHEME) == "https";
  return Target(std::move(url), https, std::move(host));
}

}  // namespace lmbridge::media
