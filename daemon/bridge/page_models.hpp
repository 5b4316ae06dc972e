// What the site's page tells of itself: the models that it offers and who is signed in.
#pragma once

#include "arena/model_list.hpp"
#include "bridge/page_commands.hpp"

#include <boost/asio/awaitable.hpp>

#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace lmbridge::bridge {

struct PageModels {
  std::vector<arena::ListedModel> models;
  /// See arena::account_mark(); nothing when nobody is signed in.
  std::optional<std::string> account;
};

/// Errors: site_changed when the page lists none, and those of PageCommands::run().
boost::asio::awaitable<Result<PageModels>> read_page_models(PageCommands& page,
                                                            cdp::Duration timeout);

/// The mark alone, which captured ids are noted with.
boost::asio::awaitable<Result<std::optional<std::string>>> read_account_mark(PageCommands& page,
                                                                             cdp::Duration timeout);

/// Writes `file`, available_models.json, whole or not at all. Blocks for as long as the disk needs.
Result<void> write_available_models(const std::filesystem::path& file,
                                    std::span<const arena::ListedModel> models);

}  // namespace lmbridge::bridge
