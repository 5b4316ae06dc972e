#include "live/words.hpp"

#include "base/strict_json.hpp"
#include "base/text.hpp"
#include "bridge/live_json.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include <optional>
#include <utility>

namespace lmbridge::live {
namespace json = boost::json;
namespace {

constexpr std::size_t longest_secret = 200;
constexpr std::size_t longest_id = 100;
constexpr std::size_t longest_introduction = 1024;

std::string to_text(const json::object& message) {
  return json::serialize(message);
}

/// The one member of a message, and the object in it.
struct Word {
  std::string name;
  json::object body;
};

std::optional<Word> parse_word(std::string_view text) {
  auto parsed = base::parse_strict_json(text, {.depth = 5, .values = 200});
  if (!parsed || !parsed->is_object() || parsed->get_object().size() != 1) return std::nullopt;
  auto& member = *parsed->get_object().begin();
  if (!member.value().is_object()) return std::nullopt;
  return Word{.name = std::string(member.key()), .body = std::move(member.value().get_object())};
}

std::optional<std::string> text_in(const json::object& body, std::string_view key,
                                   std::size_t longest) {
  const auto* found = body.if_contains(key);
  if (found == nullptr || !found->is_string()) return std::nullopt;
  const auto& text = found->get_string();
  if (text.empty() || text.size() > longest) return std::nullopt;
  return std::string(text);
}

/// Titles and addresses are a page's: they may be long, but not here.
std::string short_text(std::string_view text) {
  constexpr std::size_t longest = 300;
  return base::excerpt(text, longest);
}

}  // namespace

Result<Introduction> parse_introduction(std::string_view text) {
  auto bad = fail(ErrorCode::invalid_request, "a viewer did not introduce itself");
  if (text.size() > longest_introduction) return bad;
  const auto word = parse_word(text);
  if (!word || (word->name != "token" && word->name != "resume")) return bad;
  auto secret = text_in(word->body, "secret", longest_secret);
  if (!secret) return bad;
  return Introduction{.secret = *std::move(secret), .is_token = word->name == "token"};
}

Result<ViewerMessage> parse_viewer_message(std::string_view text) {
  auto word = parse_word(text);
  if (word && word->name == "shown") return Shown();
  if (word && word->name == "pages") return AskForPages();
  auto id = word && word->name == "show" ? text_in(word->body, "page", longest_id) : std::nullopt;
  if (id) return ShowPage{.id = *std::move(id)};
  auto input = bridge::parse_live_input(text);
  if (!input) return std::unexpected(std::move(input.error()));
  return ViewerMessage(*std::move(input));
}

std::string welcome_json(std::string_view resume) {
  return to_text({{"welcome", json::object{{"resume", resume}}}});
}

std::string refused_json(std::string_view why) {
  return to_text({{"refused", json::object{{"why", why}}}});
}

std::string showing_json(std::string_view page) {
  return to_text({{"showing", json::object{{"page", page}}}});
}

std::string pages_json(std::span<const ListedPage> pages) {
  json::array list;
  for (const auto& [page, state] : pages) {
    list.push_back(json::object{{"id", page.id},
                                {"url", short_text(page.url)},
                                {"title", short_text(page.title)},
                                {"state", state}});
  }
  return to_text({{"pages", json::object{{"list", std::move(list)}}}});
}

std::string waiting_json(std::string_view text) {
  return to_text({{"waiting_for", json::object{{"text", text}}}});
}

}  // namespace lmbridge::live
