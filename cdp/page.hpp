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
#include <vector>

namespace lmbridge::cdp {

/// What runs in each document of the page.
struct IsolatedWorld {
  /// Name of the world; also what the binding is bound to.
  std::string name;
  /// The function by which the script calls us: `globalThis[binding](string)`.
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
};

/// I/O thread only. The connection and the observer outlive it.
class Page final : public EventSink {
 public:
  /// Opens a page in a browser context ("" = the default one, where the blank page that a browser
  /// starts with is taken first) and installs `world`.
  static boost::asio::awaitable<Result<std::unique_ptr<Page>>> open(Connection& connection,
                                                                    std::string browser_context_id,
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

  /// call() with a file input that holds the file at `path` as `this`: the fast way for what is
  /// large. A file that can't be read makes `this.files[0]` empty or absent.
  boost::asio::awaitable<Result<std::string>> call_with_file(std::string_view function_declaration,
                                                             std::vector<std::string> arguments,
                                                             std::string path, Duration timeout);

  /// call() without waiting for a result; nothing happens when there is no world.
  void post(std::string_view function_declaration, std::vector<std::string> arguments);

  /// Makes a page go on that the browser has frozen.
  void wake();
  /// Kills the renderer, which helps where it does not react; the observer hears of it.
  void crash();

  [[nodiscard]] const std::string& target_id() const { return target_id_; }

  bool on_event(std::string_view method, const Fields& params) override;

 private:
  static boost::asio::awaitable<Result<std::unique_ptr<Page>>> attach(Connection& connection,
                                                                      std::string target_id,
                                                                      IsolatedWorld world,
                                                                      PageObserver& observer,
                                                                      Duration timeout);
  boost::asio::awaitable<Result<runtime::CallFunctionOn::Reply>> run(
      runtime::CallFunctionOn command, Duration timeout);
  boost::asio::awaitable<Result<void>> install(IsolatedWorld world, Duration timeout);
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
};

}  // namespace lmbridge::cdp
