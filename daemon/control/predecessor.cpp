#include "control/predecessor.hpp"

#include "arena/model_list.hpp"
#include "bridge/page_models.hpp"
#include "control/id_capture.hpp"
#include "control/model_update.hpp"
#include "control/pages.hpp"

#include <boost/json/serialize.hpp>

#include <utility>

namespace lmbridge::control {
namespace json = boost::json;
using boost::asio::awaitable;

namespace {

/// Nobody is there to be told; the log is.
class LoggedEvents final : public Events {
 public:
  explicit LoggedEvents(base::Log& log) : log_(log) {}

  awaitable<Result<void>> say(std::string_view name, json::object fields) override {
    log_.info("a capture of ids goes on", {{"event", name}, {"what", json::serialize(fields)}});
    co_return Result<void>();
  }

 private:
  base::Log& log_;
};

Reply success(std::string_view message) {
  return {.body = {{"status", "success"}, {"message", message}}};
}

awaitable<void> capture_default_ids(const Context& context) {
  const auto& endpoint = context.parts.settings.current()->default_endpoint;
  const CaptureWish wish{.mode = endpoint.mode, .battle_target = endpoint.battle_target};
  LoggedEvents events(context.parts.log);
  const auto captured = co_await capture_ids(wish, context, events);
  if (captured) co_return;
  context.parts.log.warning("no ids were captured",
                            {{"reason", base::describe_chain(captured.error())}});
}

awaitable<void> read_list(const Context& context) {
  const auto updated = co_await update_models(ModelUpdate{}, context);
  if (updated) co_return;
  context.parts.log.warning("the site's list of models could not be read",
                            {{"reason", base::describe_chain(updated.error())}});
}

}  // namespace

awaitable<Result<Reply>> start_id_capture(const http::Request&, const Context& context) {
  if (const auto browser = running_browser(context); !browser) {
    co_return std::unexpected(browser.error());
  }
  if (context.captures > 0) {
    co_return fail(ErrorCode::invalid_request, "ids are being captured already");
  }
  context.tasks.spawn("capture of ids", [&context] { return capture_default_ids(context); });
  co_return success("Ids are captured from the next Retry in a page of the browser.");
}

awaitable<Result<Reply>> request_model_update(const http::Request&, const Context& context) {
  if (const auto browser = running_browser(context); !browser) {
    co_return std::unexpected(browser.error());
  }
  context.tasks.spawn("update of models", [&context] { return read_list(context); });
  co_return success("The list of models is read from the page.");
}

awaitable<Result<Reply>> update_available_models(const http::Request& request,
                                                 const Context& context) {
  if (request.body.empty()) co_return fail(ErrorCode::invalid_request, "the body has no HTML");
  auto models = arena::read_model_list(request.body);
  if (!models) co_return std::unexpected(std::move(models.error()));
  const auto written = co_await context.worker.run(
      [file = available_models_file(context), listed = *std::move(models)] {
        return bridge::write_available_models(file, listed);
      });
  if (!written) co_return std::unexpected(written.error());
  co_return success("available_models.json has been written.");
}

}  // namespace lmbridge::control
