// What a command works with: the daemon, the terminal, and how it is to print.
#pragma once

#include "ctl/arguments.hpp"
#include "ctl/client.hpp"
#include "ctl/terminal.hpp"

#include <boost/json/object.hpp>

#include <string>
#include <string_view>

namespace lmbridge::ctl {

struct Session {
  const Arguments& arguments;
  Client& client;
  Terminal terminal;
  Style style;
};

/// A command: prints what it has to say and tells how the program ends.
using Command = ExitCode (*)(Session&);

/// The daemon's answer as an object. Troubles: the client's, and what the daemon refused.
Outcome<boost::json::object> ask(Session& session, const Call& call);

/// The trouble that {"code","message"} tells of.
Trouble trouble_of(const boost::json::object& error);

/// The trouble that an answer with a status of 400 and more tells of.
Trouble refusal(const Answer& answer);

/// A name as it stands in a path.
std::string percent_encoded(std::string_view name);

}  // namespace lmbridge::ctl
