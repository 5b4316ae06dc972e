// What may stand behind `lmbridgectl ids`.
#include "ctl/command_tree.hpp"

namespace lmbridge::ctl {

void add_id_commands(Commands ids, Arguments& arguments) {
  auto& capture = ids.add(
      "capture", "Take the ids from the next Retry that is pressed in a page, and keep them");
  auto* model = capture.add_option("--model", arguments.model,
                                   "Whose session it is to be (model_endpoint_map.json)");
  model->type_name("NAME");
  capture.add_flag("--default", arguments.defaults,
                   "For all models without one of their own (config.jsonc): so without --model");
  capture.add_option("--mode", arguments.mode, "direct_chat or battle (as the request shows it)")
      ->type_name("MODE")
      ->check(CLI::IsMember({"direct_chat", "battle"}));
  capture.add_option("--target", arguments.target, "In a battle, whose answers count: A or B")
      ->type_name("SIDE")
      ->check(CLI::IsMember({"A", "B"}));
  capture.add_flag("--append", arguments.append, "As one more session of the model")->needs(model);
  capture.add_flag("--no-check", arguments.no_check, "Do not ask a tiny question with them first");
  capture
      .add_option("--steps", arguments.steps,
                  "Play this file of page commands instead of waiting for a hand on the mouse")
      ->type_name("FILE");
  add_timeout(capture, arguments, "Give up after so long (600)");
  ids.add("list", "List the sessions that are asked, and name those that are stale");
  auto& test = ids.add("test", "Ask a tiny question in a session (the default one)");
  auto* whose = test.add_option("MODEL", arguments.name, "All sessions of this model");
  test.add_flag("--all", arguments.all, "All sessions that there are")->excludes(whose);
  auto& remove = ids.add("remove", "Take the sessions of a model out of model_endpoint_map.json");
  remove.add_option("MODEL", arguments.name, "Whose they are")->required();
  remove.add_option("--session", arguments.session, "This one only")->type_name("ID");
}

}  // namespace lmbridge::ctl
