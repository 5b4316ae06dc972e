#include "http/router.hpp"

#include <utility>

namespace lmbridge::http {
namespace {

bool matches(std::string_view pattern, std::string_view path) {
  if (!pattern.ends_with("/*")) return pattern == path;
  const auto prefix = pattern.substr(0, pattern.size() - 1);
  return path.size() > prefix.size() && path.starts_with(prefix);
}

}  // namespace

void Router::add(std::string method, std::string pattern, Handler handler) {
  routes_.push_back(
      {.method = std::move(method), .pattern = std::move(pattern), .handler = std::move(handler)});
}

Router::Match Router::find(std::string_view method, std::string_view path) const {
  const auto wanted = method == "HEAD" ? "GET" : method;
  Match match;
  for (const auto& route : routes_) {
    if (!matches(route.pattern, path)) continue;
    if (route.method == wanted) return {.handler = &route.handler, .allowed_methods = {}};
    if (!match.allowed_methods.empty()) match.allowed_methods += ", ";
    match.allowed_methods += route.method == "GET" ? "GET, HEAD" : route.method;
  }
  if (!match.allowed_methods.empty()) match.allowed_methods += ", OPTIONS";
  return match;
}

}  // namespace lmbridge::http
