#include "arena/shaping.hpp"

namespace lmbridge::arena {

void shape(std::vector<Message>& messages, ModelType type, const Shaping& shaping) {
  const auto& injection = shaping.injection;
  const bool injected = (type == ModelType::text && injection.text) ||
                        (type == ModelType::search && injection.search) ||
                        (type == ModelType::image && injection.image);
  if (injected) messages.push_back(injection.message);
}

}  // namespace lmbridge::arena
