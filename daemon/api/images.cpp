#include "api/images.hpp"

#include "api/conversation.hpp"
#include "api/image_answer.hpp"
#include "api/picture_line.hpp"
#include "api/replies.hpp"
#include "api/routing.hpp"
#include "base/text.hpp"
#include "http/multipart.hpp"
#include "openai/image_request.hpp"

#include <boost/asio/this_coro.hpp>
#include <fmt/format.h>

#include <utility>

namespace lmbridge::api {
namespace asio = boost::asio;
using asio::awaitable;
using settings::PictureReturn;

namespace {

openai::RequestLimits limits_of(const Context& context) {
  return {.allow_http_links = context.settings.server.allow_http_links};
}

bool is_form(const http::Request& request) {
  constexpr std::string_view form = "multipart/form-data";
  const auto type = request.headers.get("content-type").value_or("");
  return base::equals_ignoring_case(type.substr(0, form.size()), form);
}

Result<openai::ImageRequest> parse_form(const http::Request& request, const Context& context) {
  const auto parts =
      http::parse_multipart(request.headers.get("content-type").value_or(""), request.body);
  if (!parts) return std::unexpected(parts.error());
  std::vector<openai::ImageFormField> fields;
  fields.reserve(parts->size());
  for (const auto& part : *parts) {
    auto& field = fields.emplace_back(openai::ImageFormField{
        .name = part.name, .filename = std::nullopt, .content = part.content});
    if (part.filename) field.filename = *part.filename;
  }
  return openai::parse_image_edit_form(fields, limits_of(context));
}

Result<openai::ImageRequest> parse_edit(const http::Request& request, const Context& context) {
  if (is_form(request)) return parse_form(request, context);
  if (!require_json(request)) {
    return fail(ErrorCode::unsupported_media_type,
                "the request must be a form (content-type: multipart/form-data) or JSON "
                "(content-type: application/json)");
  }
  return openai::parse_image_edit(request.body, limits_of(context));
}

Result<openai::ImageRequest> parse_generation(const http::Request& request,
                                              const Context& context) {
  if (auto is_json = require_json(request); !is_json) return std::unexpected(is_json.error());
  return openai::parse_image_generation(request.body, limits_of(context));
}

settings::PictureFormat to_format(openai::ImageFileFormat format) {
  switch (format) {
    case openai::ImageFileFormat::png:
      return settings::PictureFormat::png;
    case openai::ImageFileFormat::jpeg:
      return settings::PictureFormat::jpeg;
    case openai::ImageFileFormat::webp:
      return settings::PictureFormat::webp;
  }
  std::unreachable();
}

/// What the client asks for, and the operator where the client says nothing.
ImageForm form_of(const openai::ImageRequest& request, const settings::Pictures& pictures) {
  ImageForm form;
  if (request.response_format == openai::ImageResponseFormat::url) {
    const bool is_local = pictures.returned_as == PictureReturn::local;
    form.returned_as = is_local ? PictureReturn::local : PictureReturn::url;
    return form;
  }
  form.returned_as = PictureReturn::base64;
  form.target = media::target_of(pictures.conversion);
  if (request.file_format) form.target.format = to_format(*request.file_format);
  if (request.quality) form.target.quality = *request.quality;
  return form;
}

/// The same as a chat: a prompt and the pictures that it is about.
openai::ChatRequest to_chat(openai::ImageRequest& request) {
  openai::ChatRequest chat;
  chat.model = request.model;
  chat.n = request.n;
  chat.messages.push_back({.role = openai::ChatRole::user,
                           .content = request.prompt,
                           .attachments = std::exchange(request.images, {})});
  return chat;
}

Result<void> require_image_model(std::string_view model, const settings::Settings& settings) {
  const auto type = type_of(model, settings);
  if (!type || *type == arena::ModelType::image) return {};
  return fail_param("model",
                    fmt::format("the model {} makes no pictures: ask for one that GET /v1/models "
                                "lists with the output modality \"image\" (\":image\" in "
                                "models.json)",
                                base::quoted(base::excerpt(model, 100))));
}

/// One element of `data`; the error of a picture that can't be had in the form that was asked for.
Result<std::string> describe(const media::PendingPicture& picture, const ImageForm& form,
                             std::string_view public_url) {
  const auto& outcome = *picture.outcome();
  if (outcome.picture) return fmt::format(R"({{"b64_json":"{}"}})", outcome.picture->base64);
  if (form.returned_as == PictureReturn::base64 && outcome.failure) {
    return fail(outcome.failure->code,
                fmt::format("the picture was made but can't be handed on as b64_json: {}; it may "
                            "still be at {}",
                            outcome.failure->message, base::excerpt(picture.link(), 500)));
  }
  std::string element = R"({"url":)";
  base::append_json_string(element, outcome.library_path.empty()
                                        ? picture.link()
                                        : library_link(public_url, outcome.library_path));
  return element + '}';
}

Result<std::string> body_of(const std::vector<const media::PendingPicture*>& pictures,
                            const ImageForm& form, std::string_view public_url,
                            const Context& context) {
  std::string body =
      fmt::format(R"({{"created":{},"data":[)", base::unix_seconds(context.clock.wall_now()));
  for (std::size_t i = 0; i < pictures.size(); ++i) {
    auto element = describe(*pictures[i], form, public_url);
    if (!element) return element;
    if (i > 0) body += ',';
    body += *element;
  }
  return body + "]}";
}

/// Asks the site, and gives the body of the answer.
awaitable<Result<std::string>> make_images(http::Exchange& exchange, const Context& context,
                                           openai::ImageRequest& request, RequestLog& log,
                                           openai::ChatRequest& chat) {
  if (auto makes_images = require_image_model(request.model, context.settings); !makes_images) {
    co_return std::unexpected(std::move(makes_images.error()));
  }
  const auto messages = co_await prepare_conversation(chat, context, exchange.request().id);
  if (!messages) co_return std::unexpected(messages.error());
  const auto asked = ask(chat, *messages, exchange, context, log);
  const auto form = form_of(request, context.settings.pictures);
  ImageAnswers answers(co_await asio::this_coro::executor);
  for (std::size_t i = 0; i < request.n; ++i) answers.add(asked, form);
  if (const auto done = co_await answers.run(); !done) co_return std::unexpected(done.error());
  co_return body_of(answers.pictures(request.n), form, asked.public_url, context);
}

awaitable<void> answer(http::Exchange& exchange, const Context& context,
                       Result<openai::ImageRequest> request) {
  if (!request) {
    context.log.info("a picture request was refused",
                     {{"id", exchange.request().id}, {"reason", request.error().message}});
    co_await exchange.respond(error_response(request.error()));
    co_return;
  }
  name_ignored(request->ignored, exchange, context);
  auto chat = to_chat(*request);
  RequestLog log(context, "a picture request", exchange, chat);
  auto body = co_await make_images(exchange, context, *request, log, chat);
  if (!body) {
    log.fail(body.error());
    co_await exchange.respond(error_response(body.error()));
  } else if (co_await exchange.respond(http::json_response(200, *std::move(body)))) {
    log.succeed();
  }
}

}  // namespace

awaitable<void> generate_images(http::Exchange& exchange, const Context& context) {
  return answer(exchange, context, parse_generation(exchange.request(), context));
}

awaitable<void> edit_images(http::Exchange& exchange, const Context& context) {
  return answer(exchange, context, parse_edit(exchange.request(), context));
}

awaitable<void> refuse_variations(http::Exchange& exchange, const Context&) {
  co_await exchange.respond(
      error_response({.code = ErrorCode::invalid_request,
                      .message = "the site makes no variations of a picture without a prompt: send "
                                 "it to POST /v1/images/edits and say what shall be different"}));
}

}  // namespace lmbridge::api
