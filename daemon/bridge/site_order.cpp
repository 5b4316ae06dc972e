#include "bridge/site_order.hpp"

#include <utility>

namespace lmbridge::bridge {

Order site_order(const settings::Site& site, const arena::Endpoint& endpoint, std::string body) {
  return {.path = arena::fill_path(site.retry_path, endpoint),
          .method = site.method,
          .headers = {{"content-type", site.content_type}, {"accept", "*/*"}},
          .body = std::move(body)};
}

}  // namespace lmbridge::bridge
