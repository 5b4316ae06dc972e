#include "ctl/commands.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace lmbridge::ctl {

Command find_command(std::string_view name) {
  static constexpr auto commands = std::to_array<std::pair<std::string_view, Command>>({
      {"status", show_status},
      {"wait", wait_until_ready},
      {"config check", check_config},
      {"config get", get_config},
      {"config set", set_config},
      {"config show", show_config},
      {"config path", show_config_path},
      {"reload", reload},
      {"drain", drain},
      {"resume", resume},
      {"browser restart", restart_browser},
      {"browser cookies export", export_cookies},
      {"browser cookies import", import_cookies},
      {"keys add", add_key},
      {"keys list", list_keys},
      {"keys remove", remove_key},
      {"models list", list_models},
      {"models add", add_model},
      {"models remove", remove_model},
      {"models update", update_models},
      {"page list", list_pages},
      {"page open", open_page},
      {"page close", close_page},
      {"page goto", act_in_page},
      {"page click", act_in_page},
      {"page type", act_in_page},
      {"page press", act_in_page},
      {"page wait", act_in_page},
      {"page text", act_in_page},
      {"page html", act_in_page},
      {"page screenshot", act_in_page},
      {"page eval", act_in_page},
      {"page reload", act_in_page},
      {"ids capture", capture_ids},
      {"ids list", list_ids},
      {"ids test", test_ids},
      {"ids remove", remove_ids},
      {"doctor", examine},
      {"logs", show_logs},
      {"bugreport", make_bugreport},
      {"live", show_live},
      {"chat", chat},
      {"completion", print_completion},
      {"version", show_version},
  });
  const auto* found =
      std::ranges::find(commands, name, &std::pair<std::string_view, Command>::first);
  return found == commands.end() ? nullptr : found->second;
}

}  // namespace lmbridge::ctl
