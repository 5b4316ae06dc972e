// POST /models/update: the site's own list of models.
#pragma once

#include "control/context.hpp"
#include "http/message.hpp"

#include <boost/asio/awaitable.hpp>

#include <filesystem>

namespace lmbridge::control {

/// {"apply": write the difference into models.json, "remove": also what the site does not list any
/// more}. Reads the list from a page, writes available_models.json beside models.json, and answers
/// {"listed", "available_file", "file", "added", "removed", "changed": counts, "difference": lines,
/// "applied"}. Errors: browser_gone, page_not_ready while no page shows the site, site_changed when
/// the page lists no models, and those of change_file().
boost::asio::awaitable<Result<Reply>> update_models(const http::Request& request,
                                                    const Context& context);

/// What is to become of the difference.
struct ModelUpdate {
  bool apply = false;
  bool remove = false;
};

/// The same for the daemon itself.
boost::asio::awaitable<Result<boost::json::object>> update_models(ModelUpdate wish,
                                                                  const Context& context);

/// available_models.json, beside models.json.
std::filesystem::path available_models_file(const Context& context);

/// Does it whenever models.refresh_hours have passed, until cancelled: what is new is applied,
/// nothing is removed.
boost::asio::awaitable<void> keep_models_fresh(const Context& context);

}  // namespace lmbridge::control
