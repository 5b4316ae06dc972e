// Which handler a request goes to.
#pragma once

#include "base/error.hpp"
#include "http/exchange.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace lmbridge::http {

class Router {
 public:
  /// `pattern` is a path, or a path that ends in "/*": then everything below it matches.
  /// GET routes answer HEAD too.
  void add(std::string method, std::string pattern, Handler handler);

  struct Match {
    const Handler* handler = nullptr;
    /// For a path that is known with other methods only: these, as in an Allow header.
    std::string allowed_methods;
  };

  /// Neither a handler nor allowed methods: the path is unknown.
  [[nodiscard]] Match find(std::string_view method, std::string_view path) const;

 private:
  struct Route {
    std::string method;
    std::string pattern;
    Handler handler;
  };
  std::vector<Route> routes_;
};

}  // namespace lmbridge::http
