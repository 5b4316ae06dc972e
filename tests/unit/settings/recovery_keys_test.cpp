// The keys about waiting, trying again and recovering.

#include "tests/unit/settings/every_key.hpp"

namespace lmbridge::settings {
namespace {

using std::chrono::milliseconds;

INSTANTIATE_TEST_SUITE_P(
    Recovery, EveryKey,
    testing::Values(switch_key("enable_auto_retry", false,
                               [](const Settings& s) { return s.recovery.enabled; }),
                    seconds_key("retry_timeout_seconds",
                                [](const Settings& s) { return s.recovery.hold_limit; },
                                {"-1", "86401", "\"5\""}),
                    switch_key("enable_auto_update", false,
                               [](const Settings& s) { return s.updates.enabled; }),
                    Key{"update.address",
                        "\"https://example.org/newest\"",
                        [](const Settings& s) {
                          return s.updates.address == "https://example.org/newest";
                        },
                        {"\"example.org\"", "\"data:,1\"", "7", "null"}},
                    switch_key("empty_response_retry.enabled", false,
                               [](const Settings& s) { return s.empty_retry.enabled; }),
                    number_key("empty_response_retry.max_retries", "7",
                               [](const Settings& s) { return s.empty_retry.max_retries; },
                               {"-1", "101", "1.5", "\"1\""}),
                    number_key("empty_response_retry.base_delay_ms", "50",
                               [](const Settings& s) {
                                 return static_cast<std::size_t>(s.empty_retry.base_delay.count());
                               },
                               {"-1", "3600001", "0.5", "\"1\""}),
                    number_key("empty_response_retry.max_delay_ms", "70",
                               [](const Settings& s) {
                                 return static_cast<std::size_t>(s.empty_retry.max_delay.count());
                               },
                               {"-1", "3600001", "0.5", "\"1\""}),
                    switch_key("empty_response_retry.show_retry_info_to_client", true,
                               [](const Settings& s) { return s.empty_retry.show_to_client; }),
                    Key{"idle_restart_timeout_seconds",
                        "7.5",
                        [](const Settings& s) { return s.idle_restart == milliseconds(7500); },
                        {"-2", "\"5\"", "true"},
                        R"("enable_idle_restart":true)"},
                    number_key("models.refresh_hours", "24",
                               [](const Settings& s) { return s.model_refresh_hours; },
                               {"-1", "8761", "1.5", "\"24\"", "true", "null"}),
                    number_key("memory_management.gc_threshold_mb", "0",
                               [](const Settings& s) { return s.gc_threshold_mb; },
                               {"-1", "1000001", "1.5", "\"1\""})));

INSTANTIATE_TEST_SUITE_P(
    Places, EveryKey,
    testing::Values(number_key("server.max_waiting", "0",
                               [](const Settings& s) { return s.server.max_waiting; },
                               {"-1", "100001", "1.5", "\"1\""}),
                    number_key("server.max_waiting_mb", "7",
                               [](const Settings& s) { return s.server.max_waiting_mb; },
                               {"0", "100001", "1.5", "\"1\""}),
                    number_key("browser.contexts", "16",
                               [](const Settings& s) { return s.browser.contexts; },
                               {"0", "17", "1.5", "\"1\""}),
                    number_key("browser.max_requests_per_context", "256",
                               [](const Settings& s) { return s.browser.max_requests_per_context; },
                               {"0", "257", "1.5", "\"1\""}),
                    number_key("browser.memory_limit_mb", "0",
                               [](const Settings& s) { return s.browser.memory_limit_mb; },
                               {"-1", "1.5", "\"1\""}),
                    seconds_key("browser.unresponsive_after_seconds",
                                [](const Settings& s) { return s.browser.unresponsive_after; },
                                {"0", "601", "\"5\""})));

TEST(IdleRestart, IsOffWithoutATimeOrWithoutTheSwitch) {
  EXPECT_EQ(parse("{}").settings.idle_restart, milliseconds(0));
  EXPECT_EQ(parse(R"({"enable_idle_restart":true})").settings.idle_restart, milliseconds(0));
  EXPECT_EQ(parse(R"({"enable_idle_restart":false,"idle_restart_timeout_seconds":5})")
                .settings.idle_restart,
            milliseconds(0));
}

}  // namespace
}  // namespace lmbridge::settings
