#include "live/files.hpp"

#include "web/live.hpp"

#include <algorithm>
#include <array>
#include <string>

namespace lmbridge::live {
namespace {

struct File {
  std::string_view path;
  std::string_view media_type;
  /// A constant of another unit, which may be made after this one.
  const std::string_view* content = nullptr;
};

constexpr auto files = std::to_array<File>({
    {"/live/", "text/html; charset=utf-8", &web::live_page},
    {"/live/live.js", "text/javascript; charset=utf-8", &web::live_script},
    {"/live/live.css", "text/css; charset=utf-8", &web::live_style},
    {"/live/icon.svg", "image/svg+xml", &web::live_icon},
});

constexpr const char* content_policy =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
    "require-trusted-types-for 'script'; trusted-types 'none'";

}  // namespace

std::optional<http::Response> find_file(std::string_view path) {
  const auto* found = std::ranges::find(files, path, &File::path);
  if (found == files.end()) return std::nullopt;
  return http::Response{
      .status = 200,
      .headers = {{"content-type", std::string(found->media_type)},
                  // It belongs to this daemon, and to no later one.
                  {"cache-control", "no-store"},
                  {"content-security-policy", content_policy},
                  {"x-frame-options", "DENY"},
                  {"x-content-type-options", "nosniff"},
                  {"referrer-policy", "no-referrer"},
                  {"cross-origin-opener-policy", "same-origin"},
                  {"cross-origin-resource-policy", "same-origin"},
                  {"permissions-policy", "camera=(), geolocation=(), microphone=()"}},
      .body = std::string(*found->content)};
}

}  // namespace lmbridge::live
