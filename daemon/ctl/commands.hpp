// Which function does what a command says.
#pragma once

#include "ctl/session.hpp"

#include <string>
#include <string_view>

namespace lmbridge::ctl {

/// nullptr for a command that there is not. `name` as in Arguments::command.
Command find_command(std::string_view name);

// One file a subject.
ExitCode show_status(Session& session);
ExitCode wait_until_ready(Session& session);

ExitCode check_config(Session& session);
ExitCode get_config(Session& session);
ExitCode set_config(Session& session);
ExitCode show_config(Session& session);
ExitCode show_config_path(Session& session);
ExitCode reload(Session& session);

ExitCode drain(Session& session);
ExitCode resume(Session& session);
ExitCode restart_browser(Session& session);
ExitCode export_cookies(Session& session);
ExitCode import_cookies(Session& session);
ExitCode show_version(Session& session);

ExitCode add_key(Session& session);
ExitCode list_keys(Session& session);
ExitCode remove_key(Session& session);

ExitCode list_models(Session& session);
ExitCode add_model(Session& session);
ExitCode remove_model(Session& session);

ExitCode update_models(Session& session);

ExitCode list_pages(Session& session);
ExitCode open_page(Session& session);
ExitCode close_page(Session& session);
/// All others of `page`.
ExitCode act_in_page(Session& session);

ExitCode capture_ids(Session& session);
ExitCode list_ids(Session& session);
ExitCode test_ids(Session& session);
ExitCode remove_ids(Session& session);

ExitCode examine(Session& session);
/// A finding of its as people read it.
std::string render_finding(const boost::json::object& finding, const Style& style);
ExitCode show_logs(Session& session);
ExitCode make_bugreport(Session& session);

ExitCode show_live(Session& session);
ExitCode chat(Session& session);
ExitCode print_completion(Session& session);

}  // namespace lmbridge::ctl
