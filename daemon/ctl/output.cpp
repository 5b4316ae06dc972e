#include "ctl/output.hpp"

#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>
#include <fmt/format.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <iostream>

namespace lmbridge::ctl {
namespace json = boost::json;
namespace {

/// Files of steps and of cookies are far smaller.
constexpr std::size_t longest_file = 1024UL * 1024;

}  // namespace

void print(std::string_view text) {
  std::fwrite(text.data(), 1, text.size(), stdout);
  std::fflush(stdout);
}

void print_error(std::string_view text) {
  fmt::print(stderr, "lmbridgectl: {}\n", text);
}

Outcome<std::string> read_file(const std::string& file) {
  std::ifstream stream;
  if (file != "-") stream.open(file, std::ios::binary);
  auto& input = file == "-" ? std::cin : static_cast<std::istream&>(stream);
  std::string text(longest_file + 1, '\0');
  if (input) input.read(text.data(), static_cast<std::streamsize>(text.size()));
  const bool is_open = file == "-" || stream.is_open();
  text.resize(is_open ? static_cast<std::size_t>(input.gcount()) : 0);
  if (!text.empty() && text.size() <= longest_file) return text;
  const auto why = !is_open       ? std::string(std::strerror(errno))
                   : text.empty() ? "it is empty"
                                  : "it is too large";
  return std::unexpected(Trouble{.exit = ExitCode::usage,
                                 .code = "not_read",
                                 .message = fmt::format("{} can't be used: {}", file, why)});
}

Outcome<void> write_file(const std::string& file, std::string_view bytes) {
  std::ofstream stream(file, std::ios::binary | std::ios::trunc);
  stream << bytes << std::flush;
  if (stream) return {};
  return std::unexpected(
      Trouble{.exit = ExitCode::failed,
              .code = "not_written",
              .message = fmt::format("{} can't be written: {}", file, std::strerror(errno))});
}

ExitCode report(const Session& session, const Trouble& trouble) {
  if (session.arguments.json) {
    const json::object error{{"error", {{"code", trouble.code}, {"message", trouble.message}}}};
    print(json::serialize(error) + '\n');
  } else {
    print_error(trouble.message);
  }
  return trouble.exit;
}

ExitCode present(const Session& session, const Outcome<json::object>& outcome,
                 const std::function<std::string(const json::object&)>& render) {
  if (!outcome) return report(session, outcome.error());
  print(session.arguments.json ? json::serialize(*outcome) + '\n' : render(*outcome));
  return ExitCode::success;
}

std::string text(const json::object& object, std::string_view key) {
  const auto* value = object.if_contains(key);
  return value != nullptr && value->is_string() ? std::string(value->as_string()) : std::string();
}

std::int64_t number(const json::object& object, std::string_view key) {
  const auto* value = object.if_contains(key);
  return value != nullptr && value->is_number() ? value->to_number<std::int64_t>() : 0;
}

bool flag(const json::object& object, std::string_view key) {
  const auto* value = object.if_contains(key);
  return value != nullptr && value->is_bool() && value->as_bool();
}

const json::object& object(const json::object& object, std::string_view key) {
  static const json::object nothing;
  const auto* value = object.if_contains(key);
  return value != nullptr && value->is_object() ? value->as_object() : nothing;
}

const json::array& array(const json::object& object, std::string_view key) {
  static const json::array nothing;
  const auto* value = object.if_contains(key);
  return value != nullptr && value->is_array() ? value->as_array() : nothing;
}

std::string joined(const json::array& texts, std::string_view separator) {
  std::string all;
  for (const auto& each : texts) {
    if (!each.is_string()) continue;
    if (!all.empty()) all += separator;
    all += std::string_view(each.as_string());
  }
  return all;
}

}  // namespace lmbridge::ctl
