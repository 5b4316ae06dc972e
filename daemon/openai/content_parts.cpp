#include "openai/content_parts.hpp"

#include "base/link.hpp"
#include "base/text.hpp"

#include <boost/json/object.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <initializer_list>
#include <string_view>
#include <utility>

namespace lmbridge::openai {
namespace json = boost::json;
namespace {

/// One part; `path` is where it stands.
class PartParser {
 public:
  PartParser(json::object& part, std::string path, const RequestLimits& limits,
             IgnoredFields& ignored)
      : part_(part), path_(std::move(path)), limits_(limits), ignored_(ignored) {}

  Result<void> parse_into(Content& content) {
    const auto* type = part_.if_contains("type");
    if (type == nullptr || !type->is_string()) {
      return fail_param(path_ + ".type", "a content part needs a type, which is a string");
    }
    const std::string_view name = type->get_string();
    if (name == "text") return add_text(content);
    if (name == "image_url" || name == "input_image") return add_picture(content);
    if (name == "file") return add_file(content);
    return fail_param(path_ + ".type",
                      fmt::format("parts of the type {} are not supported: send text, image_url, "
                                  "input_image or file",
                                  base::quoted(base::excerpt(name, 40))));
  }

 private:
  Result<void> add_text(Content& content) {
    auto* text = part_.if_contains("text");
    if (text == nullptr || !text->is_string()) {
      return fail_param(path_ + ".text", "a text part needs text, which is a string");
    }
    list_others(part_, {"type", "text"}, "");
    if (text->get_string().empty()) return {};
    if (content.text.empty()) {
      content.text = take(text->get_string());
    } else {
      content.text += "\n\n";
      content.text += std::string_view(text->get_string());
    }
    return {};
  }

  /// `image_url` is a link, or an object that holds one as `url`.
  Result<void> add_picture(Content& content) {
    list_others(part_, {"type", "image_url"}, "");
    auto path = path_ + ".image_url";
    auto* link = part_.if_contains("image_url");
    if (link != nullptr && link->is_object()) {
      auto& object = link->get_object();
      list_others(object, {"url"}, "image_url.");
      link = object.if_contains("url");
      path += ".url";
    }
    if (link == nullptr || !link->is_string()) {
      return fail_param(std::move(path), "a picture needs a link, which is a string");
    }
    return add_link(content, take(link->get_string()), {}, true, std::move(path));
  }

  Result<void> add_file(Content& content) {
    list_others(part_, {"type", "file"}, "");
    const auto path = path_ + ".file";
    auto* value = part_.if_contains("file");
    if (value == nullptr || !value->is_object()) {
      return fail_param(path, "a file part needs file, which is an object with file_data");
    }
    auto& file = value->get_object();
    list_others(file, {"filename", "file_data", "file_id"}, "file.");
    auto* data = given(file, "file_data");
    if (data == nullptr && given(file, "file_id") != nullptr) {
      return fail_param(path + ".file_id",
                        "files cannot be stored here, so there is none of this id: send the file "
                        "itself as file_data");
    }
    if (data == nullptr || !data->is_string()) {
      return fail_param(path + ".file_data",
                        "a file needs file_data, which is a data: link or base64");
    }
    std::string name;
    if (auto* filename = given(file, "filename")) {
      if (!filename->is_string())
        return fail_param(path + ".filename", "filename must be a string");
      name = take(filename->get_string());
    }
    auto link = take(data->get_string());
    if (is_bare_base64(link)) link.insert(0, "data:application/octet-stream;base64,");
    return add_link(content, std::move(link), std::move(name), false, path + ".file_data");
  }

  Result<void> add_link(Content& content, std::string link, std::string name, bool is_picture,
                        std::string path) {
    auto done = base::normalize_link(link, {.allow_http = limits_.allow_http_links});
    if (!done) {
      done.error().param = std::move(path);
      return done;
    }
    content.attachments.push_back(
        {.url = std::move(link), .name = std::move(name), .is_picture = is_picture});
    return {};
  }

  /// A member that is neither absent nor null.
  static json::value* given(json::object& object, std::string_view field) {
    auto* value = object.if_contains(field);
    return value == nullptr || value->is_null() ? nullptr : value;
  }

  /// No link: base64 has no colon.
  static bool is_bare_base64(std::string_view text) {
    return text.substr(0, 16).find(':') == std::string_view::npos;
  }

  void list_others(const json::object& object, std::initializer_list<std::string_view> known,
                   std::string_view prefix) {
    for (const auto& [key, value] : object) {
      if (value.is_null() || std::ranges::find(known, std::string_view(key)) != known.end()) {
        continue;
      }
      ignored_.add(fmt::format("messages[].content[].{}", prefix), key);
    }
  }

  json::object& part_;
  std::string path_;
  const RequestLimits& limits_;
  IgnoredFields& ignored_;
};

}  // namespace

std::string take(json::string& string) {
  std::string text(string.data(), string.size());
  string.clear();
  string.shrink_to_fit();
  return text;
}

Result<Content> parse_parts(json::array& parts, const std::string& path,
                            const RequestLimits& limits, IgnoredFields& ignored) {
  if (parts.empty()) return fail_param(path, "content must not be an empty array");
  if (parts.size() > limits.parts_per_message) {
    return fail_param(path, fmt::format("content has {} parts; at most {} are allowed",
                                        parts.size(), limits.parts_per_message));
  }
  Content content;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    auto part_path = fmt::format("{}[{}]", path, i);
    auto* part = parts[i].if_object();
    if (part == nullptr) {
      return fail_param(std::move(part_path), "a content part must be an object");
    }
    auto done = PartParser(*part, std::move(part_path), limits, ignored).parse_into(content);
    if (!done) return std::unexpected(std::move(done.error()));
  }
  return content;
}

}  // namespace lmbridge::openai
