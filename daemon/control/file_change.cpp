#include "control/file_change.hpp"

#include "base/text.hpp"
#include "control/replies.hpp"
#include "settings/edit.hpp"
#include "settings/files.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <utility>

namespace lmbridge::control {
namespace json = boost::json;
namespace fs = std::filesystem;
using boost::asio::awaitable;
using settings::JsoncNode;

namespace {

/// Of "file:line:column: what", which an edit above it may have moved.
std::string_view without_place(std::string_view warning) {
  for (int colons = 0; colons < 3; ++colons) {
    const auto colon = warning.find(':');
    if (colon == std::string_view::npos) break;
    warning.remove_prefix(colon + 1);
  }
  return warning;
}

/// The warnings that an edit has brought.
std::vector<std::string> news_of(const std::vector<std::string>& before,
                                 const std::vector<std::string>& after) {
  std::vector<std::string> news;
  for (const auto& warning : after) {
    const bool is_old = std::ranges::any_of(before, [&](const std::string& each) {
      return without_place(each) == without_place(warning);
    });
    if (!is_old) news.push_back(warning);
  }
  return news;
}

struct Text {
  std::string text;
  JsoncNode root;
};

/// A file that is not there is an empty object; so is one without a value.
Result<Text> read(const fs::path& file) {
  std::error_code error;
  auto text = fs::exists(file, error) ? settings::read_file(file) : Result<std::string>("");
  if (!text) return std::unexpected(std::move(text.error()));
  if (settings::is_blank(*text))
    return Text{.text = *text, .root = {.value = JsoncNode::Members{}}};
  auto root = settings::parse_jsonc(*text);
  if (root) return Text{.text = *std::move(text), .root = *std::move(root)};
  const auto [line, column] = settings::position_of(*text, root.error().offset);
  return fail(ErrorCode::invalid_configuration,
              fmt::format("{}:{}:{}: {}", file.string(), line, column, root.error().reason));
}

/// In the worker's thread.
Result<void> write(const fs::path& file, std::string_view before, std::string_view after) {
  std::error_code error;
  if (!fs::exists(file, error)) {
    if (auto made = settings::make_file(file); !made) return made;
  }
  return settings::exchange_text(file, before, after);
}

/// What would change, when nothing forbids it.
Result<json::object> judge(const settings::Reloader& reloader, const settings::Replacement& given) {
  const auto checked = reloader.check(given);
  if (!checked.errors.empty()) return std::unexpected(describe_errors(checked.errors));
  const auto warnings = news_of(reloader.check().warnings, checked.warnings);
  for (const auto& warning : warnings) {
    // A key that does nothing is not what anybody wanted to set.
    if (!without_place(warning).starts_with(" unknown key")) continue;
    return fail(ErrorCode::invalid_configuration, warning);
  }
  const auto changes = settings::compare(reloader.texts(), checked.texts);
  return json::object{{"file", given.file.string()},
                      {"changed", to_array(changes.at_once)},
                      {"at_next_start", to_array(changes.at_next_start)},
                      {"warnings", to_array(warnings)}};
}

}  // namespace

Error describe_errors(const std::vector<std::string>& errors) {
  return {.code = ErrorCode::invalid_configuration,
          .message = fmt::format("the configuration would have {}, so nothing was changed:\n{}",
                                 base::counted(errors.size(), "error"), fmt::join(errors, "\n"))};
}

awaitable<Result<json::object>> change_file(const Context& context, fs::path file, Editor edit) {
  auto& reloader = context.parts.reloader;
  auto before = read(file);
  if (!before) co_return std::unexpected(std::move(before.error()));
  auto after = edit(before->text, before->root);
  if (!after) co_return std::unexpected(std::move(after.error()));
  auto judged = judge(reloader, {.file = file, .text = *after});
  if (!judged) co_return judged;
  const auto written = co_await context.worker.run(
      [file, before = std::move(before->text), after = *std::move(after)] {
        return write(file, before, after);
      });
  if (!written) co_return std::unexpected(written.error());
  const auto outcome = reloader.reload(settings::Reloader::Trigger::asked_for);
  // Another program may have changed another file at the same moment.
  if (!outcome.errors.empty()) co_return std::unexpected(describe_errors(outcome.errors));
  co_return judged;
}

}  // namespace lmbridge::control
