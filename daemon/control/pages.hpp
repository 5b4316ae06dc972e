// GET, POST and DELETE /pages, and POST /pages/run: an operator's hands in the browser.
#pragma once

#include "bridge/page_commands.hpp"
#include "bridge/page_list.hpp"
#include "control/context.hpp"
#include "http/message.hpp"

#include <boost/asio/awaitable.hpp>

#include <memory>
#include <string>

namespace lmbridge::control {

/// {"pages":[{"id","url","title","context","state","running"}]}; the last three are null for pages
/// that the daemon does not work in.
boost::asio::awaitable<Result<Reply>> list_pages(const http::Request& request,
                                                 const Context& context);

/// {"url"}, a page of its own beside those that the daemon works in.
boost::asio::awaitable<Result<Reply>> open_page(const http::Request& request,
                                                const Context& context);

boost::asio::awaitable<Result<Reply>> close_page(const http::Request& request,
                                                 const Context& context);

/// {"step": a step as in a file of steps, "page": what its id begins with}; without "page" in the
/// only one that there is. Answers {"content_type","content"}, where pictures are base64.
boost::asio::awaitable<Result<Reply>> run_in_page(const http::Request& request,
                                                  const Context& context);

/// What calls to the browser may take that do not wait for a page.
inline constexpr std::chrono::seconds browser_call_limit{10};

/// Errors: browser_gone, with why there is none.
Result<std::shared_ptr<cdp::Browser>> running_browser(const Context& context);

/// The page whose id begins with `id`, ready for commands; "" as in find_page().
boost::asio::awaitable<Result<std::unique_ptr<bridge::PageCommands>>> enter_page(
    const Context& context, std::string id);

}  // namespace lmbridge::control
