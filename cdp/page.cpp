#include "cdp/page.hpp"

#include <fmt/format.h>

#include <utility>

namespace lmbridge::cdp {
namespace asio = boost::asio;
namespace {

/// With which a browser starts.
constexpr std::string_view blank_page = "about:blank";

struct TakenTarget {
  std::string id;
  bool is_new = false;
};

asio::awaitable<Result<TakenTarget>> take_target(Connection& connection, PagePlace place,
                                                 Duration timeout) {
  // The blank page that every browser starts with is not kept beside ours.
  if (place.browser_context_id.empty() && !place.in_foreign_browser) {
    const auto listed = co_await connection.call("", target::GetTargets{}, timeout);
    if (!listed) co_return std::unexpected(listed.error());
    for (const auto& each : listed->targets) {
      if (each.type == "page" && each.url == blank_page) co_return TakenTarget{each.target_id};
    }
  }
  auto created = co_await connection.call(
      "",
      target::CreateTarget{.url = std::string(Page::blank_address),
                           .browser_context_id = std::move(place.browser_context_id),
                           .background = place.in_foreign_browser},
      timeout);
  if (!created) co_return std::unexpected(created.error());
  co_return TakenTarget{.id = std::move(created->target_id), .is_new = true};
}

}  // namespace

Page::Page(Connection& connection, std::string target_id, std::string session_id, std::string world,
           PageObserver& observer)
    : connection_(connection),
      target_id_(std::move(target_id)),
      session_id_(std::move(session_id)),
      world_(std::move(world)),
      observer_(observer) {
  connection_.subscribe(session_id_, *this);
}

Page::~Page() {
  connection_.unsubscribe(session_id_);
  if (is_guest_) connection_.post("", target::DetachFromTarget{.session_id = session_id_});
}

asio::awaitable<Result<std::unique_ptr<Page>>> Page::open(Connection& connection, PagePlace place,
                                                          IsolatedWorld world,
                                                          PageObserver& observer,
                                                          Duration timeout) {
  auto target = co_await take_target(connection, std::move(place), timeout);
  if (!target) co_return std::unexpected(target.error());
  auto page = co_await attach(connection, target->id, std::move(world), observer, timeout);
  // Otherwise there would be one more with each try.
  if (!page && target->is_new) {
    connection.post("", target::CloseTarget{.target_id = std::move(target->id)});
  }
  co_return page;
}

asio::awaitable<Result<std::unique_ptr<Page>>> Page::attach(Connection& connection,
                                                            std::string target_id,
                                                            IsolatedWorld world,
                                                            PageObserver& observer,
                                                            Duration timeout) {
  auto attached =
      co_await connection.call("", target::AttachToTarget{.target_id = target_id}, timeout);
  if (!attached) co_return std::unexpected(attached.error());
  auto page = std::make_unique<Page>(connection, std::move(target_id),
                                     std::move(attached->session_id), world.name, observer);
  if (auto installed = co_await page->install(std::move(world), timeout); !installed) {
    co_return std::unexpected(installed.error());
  }
  co_return page;
}

asio::awaitable<Result<std::unique_ptr<Page>>> Page::join(Connection& connection,
                                                          std::string target_id,
                                                          IsolatedWorld world,
                                                          PageObserver& observer,
                                                          Duration timeout) {
  auto attached =
      co_await connection.call("", target::AttachToTarget{.target_id = target_id}, timeout);
  if (!attached) co_return std::unexpected(std::move(attached).error());
  auto page = std::make_unique<Page>(connection, std::move(target_id),
                                     std::move(attached->session_id), world.name, observer);
  page->is_guest_ = true;
  page->post_command(page::Enable{});
  page->post_command(inspector::Enable{});
  page->post_command(runtime::Enable{});
  const auto added = co_await page->add_script(std::move(world), true, timeout);
  if (!added) co_return std::unexpected(added.error());
  co_return page;
}

asio::awaitable<Result<void>> Page::install(IsolatedWorld world, Duration timeout) {
  // The browser handles a session's commands in order: only the last reply is worth waiting for.
  connection_.post(session_id_, page::Enable{});
  connection_.post(session_id_, inspector::Enable{});
  connection_.post(session_id_, emulation::SetFocusEmulationEnabled{});
  connection_.post(session_id_, runtime::AddBinding{.name = world.binding,
                                                    .execution_context_name = world.name});
  // Without it the binding does not come back after a reload.
  connection_.post(session_id_, runtime::Enable{});
  return add_script(std::move(world), false, timeout);
}

asio::awaitable<Result<void>> Page::add_script(IsolatedWorld world, bool run_immediately,
                                               Duration timeout) {
  const auto added = co_await connection_.call(
      session_id_,
      page::AddScriptToEvaluateOnNewDocument{.source = std::move(world.script),
                                             .world_name = std::move(world.name),
                                             .run_immediately = run_immediately},
      timeout);
  if (!added) co_return std::unexpected(added.error());
  co_return Result<void>();
}

asio::awaitable<Result<void>> Page::navigate(std::string url, Duration timeout) {
  const auto navigated =
      co_await connection_.call(session_id_, page::Navigate{.url = url}, timeout);
  if (!navigated) {
    co_return fail(ErrorCode::page_unreachable, fmt::format("{} could not be loaded", url),
                   navigated.error());
  }
  if (!navigated->error_text.empty()) {
    co_return fail(ErrorCode::page_unreachable,
                   fmt::format("{} could not be loaded: {}", url, navigated->error_text));
  }
  co_return Result<void>();
}

asio::awaitable<Result<runtime::CallFunctionOn::Reply>> Page::run(runtime::CallFunctionOn command,
                                                                  Duration timeout) {
  if (context_id_ == 0) co_return fail(ErrorCode::page_gone, "the page is being loaded");
  const auto context = unique_context_id_;
  if (command.object_id.empty()) command.unique_context_id = context;
  auto called = co_await connection_.call(session_id_, std::move(command), timeout);
  if (!called && called.error().code == ErrorCode::internal) {
    // What a function throws is no refusal: the browser refuses because the world went while the
    // call was on its way to it, and may say so before it says that the world is gone.
    if (context == unique_context_id_) forget_world();
    co_return fail(ErrorCode::page_gone, "the page was reloaded or left", called.error());
  }
  if (called && !called->exception.empty()) {
    co_return fail(ErrorCode::internal, "the page's script failed: " + called->exception);
  }
  co_return called;
}

asio::awaitable<Result<std::string>> Page::call(std::string_view function_declaration,
                                                std::vector<std::string> arguments,
                                                Duration timeout) {
  auto called = co_await run({.function_declaration = std::string(function_declaration),
                              .arguments = std::move(arguments)},
                             timeout);
  if (!called) co_return std::unexpected(std::move(called).error());
  co_return std::move(called->value);
}

asio::awaitable<Result<std::string>> Page::call_and_await(std::string_view function_declaration,
                                                          std::vector<std::string> arguments,
                                                          Duration timeout) {
  auto called = co_await run({.function_declaration = std::string(function_declaration),
                              .arguments = std::move(arguments),
                              .await_promise = true},
                             timeout);
  if (!called) co_return std::unexpected(std::move(called).error());
  co_return std::move(called->value);
}

asio::awaitable<Result<std::string>> Page::call_with_file(std::string_view function_declaration,
                                                          std::vector<std::string> arguments,
                                                          std::string path, Duration timeout) {
  auto input = co_await run(
      {.function_declaration =
           "function(){const i=document.createElement('input');i.type='file';return i}",
       .return_by_value = false},
      timeout);
  if (!input) co_return std::unexpected(std::move(input).error());
  // The browser handles a session's commands in order: the reply of the last one tells of all.
  connection_.post(session_id_, dom::SetFileInputFiles{.files = {std::move(path)},
                                                       .object_id = input->object_id});
  auto called = co_await run({.function_declaration = std::string(function_declaration),
                              .object_id = input->object_id,
                              .arguments = std::move(arguments)},
                             timeout);
  connection_.post(session_id_, runtime::ReleaseObject{.object_id = input->object_id});
  if (!called) co_return std::unexpected(std::move(called).error());
  co_return std::move(called->value);
}

void Page::post(std::string_view function_declaration, std::vector<std::string> arguments) {
  if (context_id_ == 0) return;
  connection_.post(session_id_, runtime::CallFunctionOn{
                                    .function_declaration = std::string(function_declaration),
                                    .unique_context_id = unique_context_id_,
                                    .arguments = std::move(arguments)});
}

void Page::wake() {
  connection_.post(session_id_, page::SetWebLifecycleState{.state = "active"});
}

void Page::crash() {
  connection_.post(session_id_, page::Crash{});
}

bool Page::on_event(std::string_view method, const Fields& params) {
  if (method == runtime::BindingCalled::method) {
    const auto called = runtime::BindingCalled::read(params);
    // A call from a document that has been left must not be taken for one from the new document.
    if (called.execution_context_id != context_id_) return false;
    observer_.on_binding(called.payload);
    return true;
  }
  if (method == runtime::ExecutionContextCreated::method) {
    on_context_created(runtime::ExecutionContextCreated::read(params));
    return true;
  }
  if (method == runtime::ExecutionContextDestroyed::method) {
    const auto destroyed = runtime::ExecutionContextDestroyed::read(params);
    if (destroyed.unique_id == unique_context_id_) forget_world();
    return true;
  }
  if (method == runtime::ExecutionContextsCleared::method) {
    forget_world();
    return true;
  }
  if (method == inspector::TargetCrashed::method) {
    forget_world();
    connection_.fail_session(
        session_id_, Error{.code = ErrorCode::page_gone, .message = "the page's renderer crashed"});
    observer_.on_crashed();
    return true;
  }
  if (method == target::DetachedFromTarget::method) {
    forget_world();
    observer_.on_closed();
    return true;
  }
  return observer_.on_other_event(method, params);
}

void Page::on_context_created(const runtime::ExecutionContextCreated& context) {
  // A page's main frame has the id of its target.
  if (context.name != world_ || context.frame_id != target_id_) return;
  context_id_ = context.id;
  unique_context_id_ = context.unique_id;
  observer_.on_world_created();
}

void Page::forget_world() {
  if (context_id_ == 0) return;
  context_id_ = 0;
  unique_context_id_.clear();
  observer_.on_world_gone();
}

}  // namespace lmbridge::cdp
