// GET /ids, DELETE /ids/MODEL and POST /ids/test: the sessions of the site that are asked.
#pragma once

#include "arena/endpoint_map.hpp"
#include "bridge/session_trial.hpp"
#include "control/context.hpp"
#include "control/event_stream.hpp"
#include "http/message.hpp"

#include <boost/asio/awaitable.hpp>

#include <optional>
#include <string>

namespace lmbridge::control {

/// {"account": the mark of who is signed in, "default": session, "models":[{"model","sessions"}]};
/// a session is {"session_id","message_id","mode","battle_target","captured_at","account","stale"},
/// and "stale" says why it can't be good any more, if so.
boost::asio::awaitable<Result<Reply>> list_ids(const http::Request& request,
                                               const Context& context);

/// All sessions of a model, or, with ?session=ID, one.
boost::asio::awaitable<Result<Reply>> remove_ids(const http::Request& request,
                                                 const Context& context);

/// {"model": name} or {"all": true}, else the default session: asks each session a tiny question.
/// Events: "tested" {"model","session_id","answer","milliseconds","error"} for each, then "done"
/// {"good","bad"}.
boost::asio::awaitable<Result<void>> test_ids(const http::Request& request, const Context& context,
                                              EventStream& events);

/// Asks a session a tiny question, under the settings of now; `model` as in bridge::try_session().
boost::asio::awaitable<Result<bridge::TrialAnswer>> try_session(const Context& context,
                                                                std::string model,
                                                                arena::PoolEntry session);

/// Who is signed in, as one of the daemon's pages shows it; nothing when nobody is, or when it
/// can't be seen now.
boost::asio::awaitable<std::optional<std::string>> account_now(const Context& context);

/// Why ids can't be good any more, by who is signed in and by what the site said of them last; ""
/// where nothing speaks against them.
std::string why_stale(const arena::Endpoint& endpoint, const arena::IdOrigin& origin,
                      const std::optional<std::string>& account,
                      const arena::SessionRefusals& refusals);

}  // namespace lmbridge::control
