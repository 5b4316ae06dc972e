// Which handler a request goes to.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace lmbridge::http {

/// `pattern` is a path, or a path that ends in "/*": then everything below it matches.
bool matches_route(std::string_view pattern, std::string_view path);

template <class Handler>
class Router {
 public:
  /// GET routes answer HEAD too. For `pattern` see matches_route().
  void add(std::string_view method, std::string_view pattern, Handler handler) {
    routes_.push_back({.method = std::string(method),
                       .pattern = std::string(pattern),
                       .handler = std::move(handler)});
  }

  struct Match {
    const Handler* handler = nullptr;
    /// For a path that is known with other methods only: these, as in an Allow header.
    std::string allowed_methods;
  };

  /// Neither a handler nor allowed methods: the path is unknown.
  [[nodiscard]] Match find(std::string_view method, std::string_view path) const {
    const auto wanted = method == "HEAD" ? "GET" : method;
    Match match;
    for (const auto& route : routes_) {
      if (!matches_route(route.pattern, path)) continue;
      if (route.method == wanted) return {.handler = &route.handler, .allowed_methods = {}};
      if (!match.allowed_methods.empty()) match.allowed_methods += ", ";
      match.allowed_methods += route.method == "GET" ? "GET, HEAD" : route.method;
    }
    if (!match.allowed_methods.empty()) match.allowed_methods += ", OPTIONS";
    return match;
  }

 private:
  struct Route {
    std::string method;
    std::string pattern;
    Handler handler;
  };
  std::vector<Route> routes_;
};

}  // namespace lmbridge::http
