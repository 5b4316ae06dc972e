#include "control/service_checks.hpp"

#include "base/origin.hpp"
#include "base/text.hpp"
#include "bridge/browser_checks.hpp"
#include "control/ids.hpp"
#include "control/pages.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace lmbridge::control {
using boost::asio::awaitable;
using bridge::PageState;

namespace {

constexpr std::size_t megabyte = 1024UL * 1024;

Finding check_sandbox(pid_t browser) {
  const auto state = bridge::sandbox_of(browser);
  if (state.is_on()) {
    return {.check = "sandbox",
            .message = fmt::format("{} filtered, in namespaces of their own",
                                   base::counted(state.renderers, "renderer"))};
  }
  if (state.renderers == 0) {
    return {.check = "sandbox",
            .health = Health::warning,
            .message = "no page runs, so it can't be seen",
            .fix = "look again when a page is open: lmbridgectl wait --ready"};
  }
  return {
      .check = "sandbox",
      .health = Health::warning,
      .message = fmt::format("it is not on ({}): a web page that breaks out of its renderer has "
                             "all rights of the daemon",
                             !state.has_namespaces ? "no namespaces" : "no filter"),
      .fix =
          "run lmbridged as a user of its own, with browser.sandbox \"on\", where the kernel "
          "allows user namespaces (sysctl kernel.unprivileged_userns_clone=1)"};
}

awaitable<Finding> check_round_trip(const Context& context, std::shared_ptr<cdp::Browser> browser) {
  const auto took =
      co_await bridge::measure_round_trip(context.executor, std::move(browser), browser_call_limit);
  if (took) {
    co_return Finding{
        .check = "way into a page",
        .message = fmt::format("a script was put in and called back within {} ms", took->count())};
  }
  co_return Finding{.check = "way into a page",
                    .health = Health::error,
                    .message = base::describe_chain(took.error()),
                    .fix =
                        "lmbridgectl browser restart; if that does not help, the browser may be "
                        "too new or too old: lmbridgectl bugreport"};
}

std::string ids_fix(const std::string& model) {
  return model.empty() ? "lmbridgectl ids capture"
                       : fmt::format("lmbridgectl ids capture --model {}", base::quoted(model));
}

/// "" where nothing speaks against it.
std::string trouble_of(const arena::Endpoint& endpoint, const arena::IdOrigin& origin,
                       const std::optional<std::string>& account,
                       const arena::SessionRefusals& refusals) {
  if (endpoint.session_id.empty() || endpoint.message_id.empty()) return "there are no ids";
  return why_stale(endpoint, origin, account, refusals);
}

}  // namespace

Finding check_configuration_files(const Context& context) {
  const auto& reloader = context.parts.reloader;
  Finding finding{.check = "configuration",
                  .message = fmt::format("{} is in force", reloader.paths().config.string())};
  if (!reloader.errors().empty()) {
    finding.health = Health::error;
    finding.message =
        fmt::format("it has {}, so an older state is in force: {}",
                    base::counted(reloader.errors().size(), "error"), reloader.errors().front());
    finding.fix = "lmbridgectl config check";
  } else if (!reloader.warnings().empty()) {
    finding.health = Health::warning;
    finding.message =
        fmt::format("it has {}: {}", base::counted(reloader.warnings().size(), "warning"),
                    reloader.warnings().front());
    finding.fix = "lmbridgectl config check";
  } else if (const auto waiting = reloader.at_next_start(); !waiting.empty()) {
    finding.health = Health::warning;
    finding.message = fmt::format("{} takes effect at the next start", waiting.front());
    finding.fix = "start the daemon anew: sudo systemctl restart lmbridged";
  }
  return finding;
}

Finding check_listening(const Context& context) {
  const auto settings = context.parts.settings.current();
  const auto addresses = context.parts.addresses();
  const auto* api = addresses.if_contains("api");
  Finding finding{.check = "listening",
                  .message = api != nullptr && api->is_string() ? std::string(api->as_string())
                                                                : std::string("nowhere")};
  if (base::is_loopback_host(settings->server.host) || !settings->api_keys.empty()) return finding;
  finding.health = Health::warning;
  finding.message += ": everybody who reaches it may ask, because there is no API key";
  finding.fix = "make a key: lmbridgectl keys add NAME";
  return finding;
}

awaitable<std::vector<Finding>> check_browser(const Context& context) {
  const auto& address = context.parts.bridge.browser_address();
  auto browser = running_browser(context);
  if (!browser) {
    co_return std::vector<Finding>{
        {.check = "browser",
         .health = Health::error,
         .message = browser.error().message,
         .fix = address.empty()
                    ? "lmbridgectl logs has its last words; Debian: sudo apt install "
                      "chromium-headless-shell"
                    : fmt::format("start the browser that listens at {}; lmbridgectl logs says "
                                  "what is wrong with it",
                                  address)}};
  }
  std::vector<Finding> findings;
  const auto pid = (*browser)->pid();
  auto running = pid ? fmt::format("{}, pid {}", (*browser)->product(), *pid)
                     : fmt::format("{}, attached at {}", (*browser)->product(), address);
  if (const auto display = (*browser)->display(); !display.empty()) {
    running += fmt::format(", display {} of its own", display);
  }
  // It is looked at some seconds after the start.
  if (const auto memory = context.parts.bridge.browser_memory(); memory > 0) {
    running += fmt::format(", {} MB", memory / megabyte);
  }
  findings.push_back({.check = "browser", .message = std::move(running)});
  if (pid) findings.push_back(check_sandbox(*pid));
  findings.push_back(co_await check_round_trip(context, *std::move(browser)));
  co_return findings;
}

std::vector<Finding> check_site(const Context& context) {
  std::vector<Finding> findings;
  for (const auto& page : context.parts.bridge.pages()) {
    const auto what = fmt::format("page {}", page->number());
    if (page->state() == PageState::ready) {
      findings.push_back({.check = what, .message = fmt::format("shows {}", page->origin())});
      continue;
    }
    const bool needs_person =
        page->state() == PageState::needs_sign_in || page->state() == PageState::needs_verification;
    findings.push_back({.check = what,
                        .health = Health::error,
                        .message = fmt::format("{}: {}", bridge::name(page->state()),
                                               base::printable(page->trouble())),
                        .fix = needs_person ? "lmbridgectl live, and do there what the site asks"
                                            : "lmbridgectl logs; lmbridgectl browser restart"});
  }
  return findings;
}

awaitable<std::vector<Finding>> check_ids(const Context& context) {
  const auto account = co_await account_now(context);
  const auto settings = context.parts.settings.current();
  std::vector<Finding> findings;
  const auto look = [&](const std::string& model, const arena::Endpoint& endpoint,
                        const arena::IdOrigin& origin) {
    const auto what = model.empty() ? std::string("default ids") : fmt::format("ids of {}", model);
    const auto trouble = trouble_of(endpoint, origin, account, context.parts.refusals);
    if (trouble.empty()) {
      findings.push_back(
          {.check = what, .message = fmt::format("session {}", endpoint.session_id)});
    } else {
      findings.push_back(
          {.check = what, .health = Health::warning, .message = trouble, .fix = ids_fix(model)});
    }
  };
  if (settings->use_default_endpoint) {
    look("", settings->default_endpoint, settings->default_ids_origin);
  }
  for (const auto& pool : settings->endpoints.pools()) {
    for (const auto& entry : pool.entries) look(pool.model, entry.endpoint, entry.origin);
  }
  const auto usable = [&](const arena::Model& model) {
    return !context.parts.why_unusable(model.name, *settings);
  };
  if (!std::ranges::any_of(settings->models.models(), usable)) {
    findings.push_back({.check = "models",
                        .health = Health::error,
                        .message = "no model can be asked",
                        .fix = "lmbridgectl models list says why"});
  }
  co_return findings;
}

awaitable<Finding> check_answer(const Context& context) {
  const auto settings = context.parts.settings.current();
  std::string model;
  arena::PoolEntry session{.endpoint = settings->default_endpoint};
  if (session.endpoint.session_id.empty() && !settings->endpoints.pools().empty()) {
    const auto& pool = settings->endpoints.pools().front();
    model = pool.model;
    if (!pool.entries.empty()) session = pool.entries.front();
  }
  if (session.endpoint.session_id.empty()) {
    co_return Finding{.check = "answer",
                      .health = Health::error,
                      .message = "nothing was asked: there are no ids",
                      .fix = ids_fix("")};
  }
  const auto answer = co_await try_session(context, model, session);
  if (!answer) {
    co_return Finding{.check = "answer",
                      .health = Health::error,
                      .message = base::describe_chain(answer.error()),
                      .fix = ids_fix(model)};
  }
  co_return Finding{
      .check = "answer",
      .message = fmt::format("{} after {} ms", base::quoted(base::excerpt(answer->text, 60)),
                             answer->took.count())};
}

}  // namespace lmbridge::control
