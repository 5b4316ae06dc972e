// The bodies of GET /v1/models and GET /v1/models/{id}.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace lmbridge::openai {

struct ListedModel {
  std::string id;
  /// What people see; the id where empty.
  std::string name = {};
  /// Seconds since 1970.
  std::int64_t created = 0;
  std::string owned_by = {};
  /// "text", "image"; both empty where it is not known, and then left out.
  std::vector<std::string> input_modalities = {};
  std::vector<std::string> output_modalities = {};
};

/// `{"object":"list","data":[...]}` in the order given.
std::string model_list_body(std::span<const ListedModel> models);

/// One entry of the list by itself.
std::string model_body(const ListedModel& model);

}  // namespace lmbridge::openai
