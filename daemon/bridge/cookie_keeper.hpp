// Keeps the cookies of one browser context through the crashes that would lose them.
#pragma once

#include "base/log.hpp"
#include "bridge/cookie_jar.hpp"
#include "cdp/connection.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace lmbridge::bridge {

/// I/O thread only. Lives as long as the bridge, through many browsers. Knows which cookies the
/// context should have; believes what the browser has only after it has been given those.
class CookieKeeper {
 public:
  CookieKeeper(const boost::asio::any_io_executor& executor, base::Log& log);

  /// Keeps them in `file`, too, and begins with those that it holds. `profile` is the browser's
  /// directory of user data: what another one had does not count, and when its own cookies are
  /// newer than the file then those count, except that it keeps no session cookies.
  void use_file(std::filesystem::path file, std::filesystem::path profile);
  /// The context is somebody else's, in this and in every later browser: it is given nothing, and
  /// of what it has only the cookies that go to `host` count. run() looks seldom while nobody
  /// `is_waiting` for a change.
  void only_look(std::string host, std::function<bool()> is_waiting) {
    only_host_ = std::move(host);
    is_waiting_ = std::move(is_waiting);
  }
  /// The context is to have these. Restored by run().
  void adopt(const CookieJar& jar);

  /// A browser has started, with the context `context_id` ("" = the default one).
  void attach(cdp::Connection& connection, std::string context_id);
  void detach();
  /// Session cookies went with the network service; whatever the browser says now is not believed.
  void network_service_gone();

  /// Gives the context the cookies that it should have, unless that has been done.
  boost::asio::awaitable<void> restore();
  /// Looks which cookies the context has now: no event tells that they change.
  boost::asio::awaitable<void> look();
  /// Does both again and again until cancelled.
  boost::asio::awaitable<void> run();

  [[nodiscard]] const CookieJar& jar() const { return jar_; }
  /// Called when the context has other cookies than before.
  void on_change(std::function<void()> observer) { observer_ = std::move(observer); }

 private:
  boost::asio::awaitable<Result<void>> try_to_restore(cdp::Duration patience);
  boost::asio::awaitable<Result<void>> give(std::vector<cdp::Cookie> cookies,
                                            cdp::Duration patience);
  boost::asio::awaitable<Result<void>> give_one_by_one(std::vector<cdp::Cookie> cookies,
                                                       cdp::Duration patience);
  boost::asio::awaitable<std::optional<CookieJar>> see();
  [[nodiscard]] bool is_foreign() const { return !only_host_.empty(); }
  void doubt();
  void write();
  void complain(std::string_view what, const Error& error);

  boost::asio::any_io_executor executor_;
  base::Log& log_;
  std::filesystem::path file_;
  std::filesystem::path profile_;
  cdp::Connection* connection_ = nullptr;
  std::string context_id_;
  CookieJar jar_;
  /// Empty where the context is ours.
  std::string only_host_;
  std::function<bool()> is_waiting_;
  /// The context has what it should have.
  bool restored_ = false;
  /// The profile's own cookies are newer.
  bool session_cookies_only_ = false;
  /// Of the doubts: an answer of the browser that one of them overtook counts for nothing.
  std::uint64_t doubts_ = 0;
  /// Until it works again.
  bool complained_ = false;
  std::function<void()> observer_;
};

}  // namespace lmbridge::bridge
