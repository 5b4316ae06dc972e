#include "bridge/page_models.hpp"

#include "arena/page_payload.hpp"
#include "base/new_file.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <cstring>
#include <utility>

namespace lmbridge::bridge {
using boost::asio::awaitable;

namespace {

/// The source of the whole page: one that is still being read is waited for.
awaitable<Result<PageReply>> read_source(PageCommands& page, cdp::Duration timeout) {
  constexpr const char* until_read =
      "document.readyState !== 'loading' || new Promise((resolve) => "
      "document.addEventListener('DOMContentLoaded', () => resolve(true)))";
  auto read = co_await page.run(page_command::Eval{until_read}, timeout);
  if (!read) co_return read;
  co_return co_await page.run(page_command::Html{}, timeout);
}

}  // namespace

awaitable<Result<PageModels>> read_page_models(PageCommands& page, cdp::Duration timeout) {
  const auto html = co_await read_source(page, timeout);
  if (!html) co_return std::unexpected(html.error());
  auto models = arena::read_model_list(html->content);
  if (!models) co_return std::unexpected(std::move(models).error());
  co_return PageModels{.models = *std::move(models),
                       .account = arena::account_mark(arena::page_payload(html->content))};
}

awaitable<Result<std::optional<std::string>>> read_account_mark(PageCommands& page,
                                                                cdp::Duration timeout) {
  const auto html = co_await read_source(page, timeout);
  if (!html) co_return std::unexpected(html.error());
  co_return arena::account_mark(arena::page_payload(html->content));
}

Result<void> write_available_models(const std::filesystem::path& file,
                                    std::span<const arena::ListedModel> models) {
  base::NewFile made(file);
  const auto text = arena::available_models(models);
  if (made.is_open() && made.write_all(text) && made.sync() && made.take_place()) return {};
  return fail(ErrorCode::internal,
              fmt::format("{} could not be written: {}", file.string(), std::strerror(errno)));
}

}  // namespace lmbridge::bridge
