#include "control/doctor.hpp"

#include "control/machine_checks.hpp"
#include "control/replies.hpp"
#include "control/service_checks.hpp"

#include <algorithm>
#include <array>
#include <memory>
#include <string_view>
#include <utility>
#include <vector>

namespace lmbridge::control {
using boost::asio::awaitable;

namespace {

/// Says each finding and counts.
class Examination {
 public:
  explicit Examination(EventStream& events) : events_(events) {}

  awaitable<Result<void>> say(Finding finding) {
    ++counts_.at(static_cast<std::size_t>(finding.health));
    worst_ = std::max(worst_, finding.health);
    finding.message = valid_text(finding.message);
    finding.check = valid_text(finding.check);
    co_return co_await events_.say("finding", describe(finding));
  }

  awaitable<Result<void>> say(std::vector<Finding> findings) {
    for (auto& finding : findings) {
      auto said = co_await say(std::move(finding));
      if (!said) co_return said;
    }
    co_return Result<void>();
  }

  awaitable<Result<void>> end() {
    co_return co_await events_.say("done", {{"worst", name(worst_)},
                                            {"ok", counts_[0]},
                                            {"warnings", counts_[1]},
                                            {"errors", counts_[2]}});
  }

 private:
  EventStream& events_;
  std::array<std::size_t, 3> counts_{};
  Health worst_ = Health::ok;
};

/// On the thread that may wait for the disk.
awaitable<Result<std::vector<Finding>>> look_at_machine(const Context& context) {
  const auto findings = std::make_shared<std::vector<Finding>>();
  const auto looked =
      co_await context.worker.run([findings, places = context.parts.places]() -> Result<void> {
        *findings = check_machine(places);
        return {};
      });
  if (!looked) co_return std::unexpected(looked.error());
  co_return std::move(*findings);
}

}  // namespace

awaitable<Result<void>> examine(const http::Request& request, const Context& context,
                                EventStream& events) {
  constexpr std::array<std::string_view, 1> members{"ask"};
  const auto body = object_in_body(request, members);
  if (!body) co_return std::unexpected(body.error());
  const auto asks = flag_in(*body, "ask", false);
  if (!asks) co_return std::unexpected(asks.error());
  Examination examination(events);
  auto said = co_await examination.say(check_configuration_files(context));
  if (said) said = co_await examination.say(check_listening(context));
  if (!said) co_return said;
  auto machine = co_await look_at_machine(context);
  if (!machine) co_return std::unexpected(std::move(machine.error()));
  said = co_await examination.say(*std::move(machine));
  if (said) said = co_await examination.say(co_await check_browser(context));
  if (said) said = co_await examination.say(check_site(context));
  if (said) said = co_await examination.say(co_await check_ids(context));
  if (said && *asks) said = co_await examination.say(co_await check_answer(context));
  if (!said) co_return said;
  co_return co_await examination.end();
}

}  // namespace lmbridge::control
