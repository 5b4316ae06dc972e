// One page (tab) with a script of ours in an isolated world: page scripts can neither see nor call
// nor patch it, while its fetch carries the page's origin and cookies.
#pragma once

#include "base/log.hpp"
#include "cdp/connection.hpp"
#include "cdp/protocol.hpp"

#include <boost/asio/awaitable.hpp>

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace lmbridge::cdp {

/// What runs in each document of the page.
struct IsolatedWorld {
  /// Name of the world; also what the binding is bound to.
  std::string name;
  /// The function by which the script calls us: `globalThis[binding](string)`; none for "".
  std::string binding;
  /// Source, run at the start of every document.
  std::string script;
};

/// Hears what happens in a page; called on the I/O thread from the read loop, must not wait.
class PageObserver {
 public:
  virtual ~PageObserver() = default;
  /// The script called its binding. Bindings of one page arrive in order; `payload` lives for the
  /// call.
  virtual void on_binding(std::string_view payload) = 0;
  /// The document and the script in it are gone (reload, navigation); a new world may come.
  virtual void on_world_gone() = 0;
  /// The renderer died; nothing comes back until the page is navigated again.
  virtual void on_crashed() = 0;
  /// The page was closed by somebody; it is of no use any more.
  virtual void on_closed() = 0;
  /// There is a world now, in which call() runs.
  virtual void on_world_created() {}
  /// An event that Page has no use for; see EventSink::on_event().
  virtual bool on_other_event(std::string_view /*method*/, const Fields& /*params*/) {
    return false;
  }
  /// The browser is gone.
  virtual void on_connection_ended() {}
};

/// Where a page is opened.
struct PagePlace {
  /// "" = the default one, where the blank page that a browser starts with is taken first.
  std::string browser_context_id = {};
  /// Somebody else works with the browser: no page of theirs is taken, and ours does not come to
  /// the front.
  bool in_foreign_browser = false;
};

/// I/O thread only. The connection and the observer outlive it.
class Page final : public EventSink {
 public:
  /// What open() has a new page show first. Not quite that with which a browser starts, so that
  /// nobody takes it for it.
  static constexpr std::string_view blank_address = "about:blank#lmbridge";

  /// Opens a page and installs `world`.
  static boost::asio::awaitable<Result<std::unique_ptr<Page>>> open(Connection& connection,
                                                                    PagePlace place,
                                                                    IsolatedWorld world,
                                                                    PageObserver& observer,
                                                                    Duration timeout);

  /// open() for a page that is there already and that nobody else keeps.
  static boost::asio::awaitable<Result<std::unique_ptr<Page>>> attach(Connection& connection,
                                                                      std::string target_id,
                                                                      IsolatedWorld world,
                                                                      PageObserver& observer,
                                                                      Duration timeout);

  /// One more session on a page that somebody else keeps, with a world of its own in the document
  /// of now and in those to come; it ends with the object, and the page stays.
  static boost::asio::awaitable<Result<std::unique_ptr<Page>>> join(Connection& connection,
                                                                    std::string target_id,
                                                                    IsolatedWorld world,
                                                                    PageObserver& observer,
                                                                    Duration timeout);

  Page(Connection& connection, std::string target_id, std::string session_id, std::string world,
       PageObserver& observer);
  Page(const Page&) = delete;
  Page& operator=(const Page&) = delete;
  ~Page() override;

  /// Loads `url`; returns once the document is committed. page_unreachable with the net:: error
  /// when it could not be loaded.
  boost::asio::awaitable<Result<void>> navigate(std::string url, Duration timeout);

  /// Calls a function in our world with arguments that are JSON texts; returns its primitive result
  /// as text. page_gone when there is no world now, internal when the function threw.
  boost::asio::awaitable<Result<std::string>> call(std::string_view function_declaration,
                                                   std::vector<std::string> arguments,
                                                   Duration timeout);

  /// call() of a function that returns a promise, for whose value it waits.
  boost::asio::awaitable<Result<std::string>> call_and_await(std::string_view function_declaration,
                                                             std::vector<std::string> arguments,
                                                             Duration timeout);

  /// call() with a file input that holds the file at `path` as `this`: the fast way for what is
  /// large. A file that can't be read makes `this.files[0]` empty or absent.
  boost::asio::awaitable<Result<std::string>> call_with_file(std::string_view function_declaration,
                                                             std::vector<std::string> arguments,
                                                             std::string path, Duration timeout);

  /// call() without waiting for a result; nothing happens when there is no world.
  void post(std::string_view function_declaration, std::vector<std::string> arguments);

  /// A command to the page's session; see Connection::call().
  template <class Command>
  boost::asio::awaitable<Result<typename Command::Reply>> command(Command command,
                                                                  Duration timeout) {
    return connection_.call(session_id_, std::move(command), timeout);
  }
  template <class Command>
  void post_command(const Command& command) {
    connection_.post(session_id_, command);
  }

  /// Makes a page go on that the browser has frozen.
  void wake();
  /// Kills the renderer, which helps where it does not react; the observer hears of it.
  void crash();

  [[nodiscard]] const std::string& target_id() const { return target_id_; }
  [[nodiscard]] bool has_world() const { return context_id_ != 0; }

  bool on_event(std::string_view method, const Fields& params) override;
  void on_connection_ended() override { observer_.on_connection_ended(); }

 private:
  boost::asio::awaitable<Result<runtime::CallFunctionOn::Reply>> run(
      runtime::CallFunctionOn command, Duration timeout);
  boost::asio::awaitable<Result<void>> install(IsolatedWorld world, Duration timeout);
  boost::asio::awaitable<Result<void>> add_script(IsolatedWorld world, bool run_immediately,
                                                  Duration timeout);
  void on_context_created(const runtime::ExecutionContextCreated& context);
  void forget_world();

  Connection& connection_;
  std::string target_id_;
  std::string session_id_;
  std::string world_;
  PageObserver& observer_;
  /// Of our world in the main frame; 0 and empty between documents.
  std::int64_t context_id_ = 0;
  std::string unique_context_id_;
  /// The session is ours to end, but not the page.
  bool is_guest_ = false;
};

}  // namespace lmbridge::cdp
