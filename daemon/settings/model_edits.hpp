// Brings models.json to what the site lists: pure, on texts. For files see change_file().
#pragma once

#include "arena/model_list.hpp"
#include "base/error.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace lmbridge::settings {

/// A difference as lines for people: "+ name (image)", "- name", "~ name: text -> image".
std::vector<std::string> describe(const arena::ModelDifference& difference);

/// The text of models.json with the difference made to it. Models that the site does not list any
/// more stay unless `removes`: the list may be that of another page or account.
Result<std::string> with_models(std::string_view models, const arena::ModelDifference& difference,
                                bool removes);

}  // namespace lmbridge::settings
