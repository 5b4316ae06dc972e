// Which function does what a command says.
#pragma once

#include "ctl/session.hpp"

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
ExitCode show_version(Session& session);

ExitCode add_key(Session& session);
ExitCode list_keys(Session& session);
ExitCode remove_key(Session& session);

ExitCode list_models(Session& session);
ExitCode add_model(Session& session);
ExitCode remove_model(Session& session);

ExitCode show_live(Session& session);
ExitCode chat(Session& session);
ExitCode print_completion(Session& session);

}  // namespace lmbridge::ctl
