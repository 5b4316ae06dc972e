// What jobs ask of their page, written down.
#pragma once

#include "bridge/job.hpp"

#include <string>
#include <vector>

namespace lmbridge::bridge {

class RecordingHost final : public JobHost {
 public:
  void grant(JobId, std::size_t units) override { granted.push_back(units); }
  void leave(JobId id, bool running) override {
    left.push_back(std::to_string(id) + (running ? " running" : " ended"));
  }

  void judge(JobId, std::optional<ErrorCode> refusal) override {
    judged.emplace_back(refusal ? base::name(*refusal) : "answered");
  }

  std::vector<std::string> judged;
  std::vector<std::size_t> granted;
  std::vector<std::string> left;
};

}  // namespace lmbridge::bridge
