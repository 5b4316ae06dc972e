// Looks at the daemon itself: its configuration, its browser, and whether the site can be asked.
#pragma once

#include "control/context.hpp"
#include "control/finding.hpp"

#include <boost/asio/awaitable.hpp>

#include <vector>

namespace lmbridge::control {

// I/O thread only.

Finding check_configuration_files(const Context& context);
/// Who may ask it.
Finding check_listening(const Context& context);
/// That one runs, its sandbox, and the way into a page and back.
boost::asio::awaitable<std::vector<Finding>> check_browser(const Context& context);
/// Pages, sign-in and verification.
std::vector<Finding> check_site(const Context& context);
/// The default session, those of the models, and whether they are of who is signed in.
boost::asio::awaitable<std::vector<Finding>> check_ids(const Context& context);
/// Asks one small question.
boost::asio::awaitable<Finding> check_answer(const Context& context);

}  // namespace lmbridge::control
