// What is printed, for people or for programs.
#pragma once

#include "ctl/session.hpp"

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include <functional>
#include <string>
#include <string_view>

namespace lmbridge::ctl {

/// To standard output, at once.
void print(std::string_view text);

/// To standard error, with the program's name in front.
void print_error(std::string_view text);

/// What a file holds, "-" being standard input; at most 1 MB. The trouble names it and says why it
/// can't be used.
Outcome<std::string> read_file(const std::string& file);

/// In place of what `file` holds. The trouble names it and says why.
Outcome<void> write_file(const std::string& file, std::string_view bytes);

/// Says what went wrong, with --json as {"error":{"code","message"}}.
ExitCode report(const Session& session, const Trouble& trouble);

/// Prints an outcome: with --json as it came, else as `render` puts it.
ExitCode present(const Session& session, const Outcome<boost::json::object>& outcome,
                 const std::function<std::string(const boost::json::object&)>& render);

// Fields of the daemon's answers; one of another version may lack some.

std::string text(const boost::json::object& object, std::string_view key);
std::int64_t number(const boost::json::object& object, std::string_view key);
bool flag(const boost::json::object& object, std::string_view key);
const boost::json::object& object(const boost::json::object& object, std::string_view key);
const boost::json::array& array(const boost::json::object& object, std::string_view key);

/// The texts of an array, with `separator` between them.
std::string joined(const boost::json::array& texts, std::string_view separator);

}  // namespace lmbridge::ctl
