// Whatever a page is, what is read from it is a list of models with names and ids of their own, and
// reading what is written of them gives the same models again.

#include "arena/model_list.hpp"
#include "arena/page_payload.hpp"
#include "base/ids.hpp"
#include "base/text.hpp"
#include "tests/fuzz/check.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_set>

namespace {

using lmbridge::fuzz::check;
namespace arena = lmbridge::arena;

void check_list(const std::vector<arena::ListedModel>& models) {
  std::unordered_set<std::string> names;
  std::unordered_set<std::string> ids;
  check(!models.empty() && models.size() <= arena::model_limit, "a list is bounded");
  for (const auto& model : models) {
    check(lmbridge::base::is_uuid(model.id), "ids are UUIDs");
    check(!model.name.empty() && lmbridge::base::is_valid_utf8(model.name), "names are texts");
    check(names.insert(model.name).second, "no name occurs twice");
    check(ids.insert(model.id).second, "no id occurs twice");
  }
  const auto again = arena::read_model_list(arena::available_models(models));
  check(again.has_value() && again->size() == models.size(), "what is written can be read");
  for (std::size_t i = 0; i < models.size(); ++i) {
    check((*again)[i].id == models[i].id && (*again)[i].type == models[i].type,
          "what is written are the same models");
  }
  check(arena::compare(arena::ModelCatalog(), models).added.size() == models.size(),
        "all of them are new to an empty catalog");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(data, data + size);
  if (const auto models = arena::read_model_list(text)) check_list(*models);
  (void)arena::account_mark(text);
  // The same as a page's data, in two scripts.
  if (!lmbridge::base::is_valid_utf8(text)) return 0;
  std::string literal;
  lmbridge::base::append_json_string(literal, text);
  const auto script = "<script>self.__next_f.push([1," + literal + "])</script>";
  check(arena::page_payload(script + script) == text + text, "a page's data is read to the letter");
  if (const auto models = arena::read_model_list(script)) check_list(*models);
  return 0;
}
