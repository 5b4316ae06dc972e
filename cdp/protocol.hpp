// The DevTools commands and events that lmbridge uses, written by hand: one small struct each,
// named as in https://chromedevtools.github.io/devtools-protocol/ . tests/unit/cdp prints them and
// tests/e2e compares every name with the npm package devtools-protocol. What serves a person who
// looks into pages stands in protocol_page.hpp, protocol_input.hpp and protocol_network.hpp.
//
// A command has `method`, `append_parameters(out)` (a JSON object) and a `Reply` that reads itself
// from Fields; an event has `method` and `read`. Texts are UTF-8; views in events live as long as
// the event is being handled.
#pragma once

#include "cdp/cookie.hpp"
#include "cdp/fields.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace lmbridge::cdp {

/// The reply of a command whose result nobody reads.
struct NoReply {
  static NoReply read(const Fields&) { return {}; }
};

/// A command without parameters.
struct WithoutParameters {
  static void append_parameters(std::string& out) { out += "{}"; }
};

namespace browser {

struct GetVersion : WithoutParameters {
  static constexpr std::string_view method = "Browser.getVersion";
  struct Reply {
    std::string product;
    static Reply read(const Fields& fields) { return {std::string(fields.text("product"))}; }
  };
};

struct Close : WithoutParameters {
  static constexpr std::string_view method = "Browser.close";
  using Reply = NoReply;
};

}  // namespace browser

namespace target {

struct GetTargets : WithoutParameters {
  static constexpr std::string_view method = "Target.getTargets";
  struct Target {
    std::string target_id;
    std::string type;
    std::string url;
    std::string browser_context_id;
    std::string title;
    /// The page that has opened it; empty where none has.
    std::string opener_id;
  };
  struct Reply {
    std::vector<Target> targets;
    static Reply read(const Fields& fields);
  };
};

struct CreateTarget {
  static constexpr std::string_view method = "Target.createTarget";
  std::string url;
  /// Empty for the default context.
  std::string browser_context_id = {};
  /// Of who sits before the browser: the page does not come to the front.
  bool background = false;
  void append_parameters(std::string& out) const;
  struct Reply {
    std::string target_id;
    static Reply read(const Fields& fields) { return {std::string(fields.text("targetId"))}; }
  };
};

/// A page goes without being asked whether it agrees.
struct CloseTarget {
  static constexpr std::string_view method = "Target.closeTarget";
  std::string target_id;
  void append_parameters(std::string& out) const;
  using Reply = NoReply;
};

/// A context with cookies, storage and connections of its own, in memory; it goes with the
/// connection.
struct CreateBrowserContext {
  static constexpr std::string_view method = "Target.createBrowserContext";
  static void append_parameters(std::string& out) { out += R"({"disposeOnDetach":true})"; }
  struct Reply {
    std::string browser_context_id;
    static Reply read(const Fields& fields) {
      return {std::string(fields.text("browserContextId"))};
    }
  };
};

/// Always flattened: messages of the session carry its id on the one connection.
struct AttachToTarget {
  static constexpr std::string_view method = "Target.attachToTarget";
  std::string target_id;
  void append_parameters(std::string& out) const;
  struct Reply {
    std::string session_id;
    static Reply read(const Fields& fields) { return {std::string(fields.text("sessionId"))}; }
  };
};

/// A session with the browser itself, apart from the one that the connection begins with.
struct AttachToBrowserTarget : WithoutParameters {
  static constexpr std::string_view method = "Target.attachToBrowserTarget";
  struct Reply {
    std::string session_id;
    static Reply read(const Fields& fields) { return {std::string(fields.text("sessionId"))}; }
  };
};

/// Attaches the session to every page, those of now and those to come; ends with the session.
struct SetAutoAttach {
  static constexpr std::string_view method = "Target.setAutoAttach";
  static void append_parameters(std::string& out) {
    out += R"({"autoAttach":true,"waitForDebuggerOnStart":false,"flatten":true,)"
           R"("filter":[{"type":"page"}]})";
  }
  using Reply = NoReply;
};

/// What the session had switched on ends with it.
struct DetachFromTarget {
  static constexpr std::string_view method = "Target.detachFromTarget";
  std::string session_id;
  void append_parameters(std::string& out) const;
  using Reply = NoReply;
};

struct AttachedToTarget {
  static constexpr std::string_view method = "Target.attachedToTarget";
  std::string session_id;
  std::string target_id;
  std::string type;
  static AttachedToTarget read(const Fields& fields);
};

struct DetachedFromTarget {
  static constexpr std::string_view method = "Target.detachedFromTarget";
  std::string session_id;
  static DetachedFromTarget read(const Fields& fields) {
    return {std::string(fields.text("sessionId"))};
  }
};

}  // namespace target

namespace storage {

/// All cookies of a context, HttpOnly ones too.
struct GetCookies {
  static constexpr std::string_view method = "Storage.getCookies";
  /// Empty for the default context.
  std::string browser_context_id = {};
  void append_parameters(std::string& out) const;
  struct Reply {
    std::vector<Cookie> cookies;
    static Reply read(const Fields& fields);
  };
};

/// All or none: the browser refuses the whole command for one cookie that it does not like.
struct SetCookies {
  static constexpr std::string_view method = "Storage.setCookies";
  std::vector<Cookie> cookies;
  /// Empty for the default context.
  std::string browser_context_id = {};
  void append_parameters(std::string& out) const;
  using Reply = NoReply;
};

}  // namespace storage

namespace page {

struct Enable : WithoutParameters {
  static constexpr std::string_view method = "Page.enable";
  using Reply = NoReply;
};

struct Navigate {
  static constexpr std::string_view method = "Page.navigate";
  std::string url;
  void append_parameters(std::string& out) const;
  struct Reply {
    /// A net:: error such as net::ERR_CONNECTION_REFUSED; empty when the document was committed.
    std::string error_text;
    /// Empty when the document stays and only its address changed.
    std::string loader_id;
    static Reply read(const Fields& fields) {
      return {std::string(fields.text("errorText")), std::string(fields.text("loaderId"))};
    }
  };
};

/// Runs `source` in the isolated world `world_name` of every new document, before its own scripts.
struct AddScriptToEvaluateOnNewDocument {
  static constexpr std::string_view method = "Page.addScriptToEvaluateOnNewDocument";
  std::string source;
  std::string world_name;
  /// In the document of now, too.
  bool run_immediately = false;
  void append_parameters(std::string& out) const;
  using Reply = NoReply;
};

/// Kills the renderer; never answers.
struct Crash : WithoutParameters {
  static constexpr std::string_view method = "Page.crash";
  using Reply = NoReply;
};

/// A frozen page runs nothing at all until it is active again.
struct SetWebLifecycleState {
  static constexpr std::string_view method = "Page.setWebLifecycleState";
  /// "frozen" or "active".
  std::string state;
  void append_parameters(std::string& out) const;
  using Reply = NoReply;
};

}  // namespace page

namespace dom {

/// Puts files of this machine into a file input, which need not be in the document.
struct SetFileInputFiles {
  static constexpr std::string_view method = "DOM.setFileInputFiles";
  std::vector<std::string> files;
  std::string object_id;
  void append_parameters(std::string& out) const;
  using Reply = NoReply;
};

}  // namespace dom

namespace emulation {

/// Keeps the page visible and focused in full Chromium, where all tabs but the last are hidden.
struct SetFocusEmulationEnabled {
  static constexpr std::string_view method = "Emulation.setFocusEmulationEnabled";
  bool enabled = true;
  void append_parameters(std::string& out) const;
  using Reply = NoReply;
};

}  // namespace emulation

namespace inspector {

struct Enable : WithoutParameters {
  static constexpr std::string_view method = "Inspector.enable";
  using Reply = NoReply;
};

/// The renderer died; commands to the session get no reply from now on.
struct TargetCrashed {
  static constexpr std::string_view method = "Inspector.targetCrashed";
};

}  // namespace inspector

namespace runtime {

struct Enable : WithoutParameters {
  static constexpr std::string_view method = "Runtime.enable";
  using Reply = NoReply;
};

/// A function `name` on the global object of every context called `execution_context_name`.
struct AddBinding {
  static constexpr std::string_view method = "Runtime.addBinding";
  std::string name;
  std::string execution_context_name;
  void append_parameters(std::string& out) const;
  using Reply = NoReply;
};

struct CallFunctionOn {
  static constexpr std::string_view method = "Runtime.callFunctionOn";
  std::string function_declaration;
  /// Where it runs; or, if `object_id` is set, in that object's context and with it as `this`.
  std::string unique_context_id = {};
  std::string object_id = {};
  /// JSON values, already encoded; each becomes one argument.
  std::vector<std::string> arguments = {};
  /// Otherwise an object that it returns stays in the page, and its id comes back.
  bool return_by_value = true;
  /// The reply comes with the value of the promise that it returns.
  bool await_promise = false;
  void append_parameters(std::string& out) const;
  struct Reply {
    /// The returned primitive as text ("true", "12", the string itself).
    std::string value;
    /// Of a returned object; it lives until ReleaseObject or the end of its document.
    std::string object_id;
    /// What the function threw; empty when it returned.
    std::string exception;
    static Reply read(const Fields& fields);
  };
};

/// Runs a program of the operator's among the page's own scripts; it may await.
struct Evaluate {
  static constexpr std::string_view method = "Runtime.evaluate";
  std::string expression;
  void append_parameters(std::string& out) const;
  using Reply = CallFunctionOn::Reply;
};

struct ReleaseObject {
  static constexpr std::string_view method = "Runtime.releaseObject";
  std::string object_id;
  void append_parameters(std::string& out) const;
  using Reply = NoReply;
};

struct BindingCalled {
  static constexpr std::string_view method = "Runtime.bindingCalled";
  std::string_view name;
  std::string_view payload;
  std::int64_t execution_context_id = 0;
  static BindingCalled read(const Fields& fields) {
    return {fields.text("name"), fields.text("payload"), fields.integer("executionContextId")};
  }
};

struct ExecutionContextCreated {
  static constexpr std::string_view method = "Runtime.executionContextCreated";
  std::int64_t id = 0;
  std::string_view name;
  std::string_view unique_id;
  std::string_view frame_id;
  static ExecutionContextCreated read(const Fields& fields);
};

struct ExecutionContextDestroyed {
  static constexpr std::string_view method = "Runtime.executionContextDestroyed";
  std::string_view unique_id;
  static ExecutionContextDestroyed read(const Fields& fields) {
    return {fields.text("executionContextUniqueId")};
  }
};

struct ExecutionContextsCleared {
  static constexpr std::string_view method = "Runtime.executionContextsCleared";
};

}  // namespace runtime

}  // namespace lmbridge::cdp
