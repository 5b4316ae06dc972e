// A jar of cookies in a file: {"version":1,"profile":"...","cookies":[...]}, with the names of
// DevTools' Network.Cookie.

#include "base/new_file.hpp"
#include "bridge/cookie_jar.hpp"
#include "bridge/cookie_text.hpp"
#include "cdp/fields.hpp"

#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <fmt/format.h>

#include <cerrno>
#include <fstream>
#include <string>
#include <system_error>

namespace lmbridge::bridge {
namespace json = boost::json;
namespace fs = std::filesystem;
namespace {

constexpr int version = 1;

std::unexpected<Error> failed(const fs::path& file, std::string_view what) {
  return fail(ErrorCode::internal, fmt::format("{} {}", file.string(), what));
}

}  // namespace

Result<KeptCookies> read_cookie_file(const fs::path& file) {
  std::ifstream stream(file, std::ios::binary);
  std::string text(cookie_file_limit + 1, '\0');
  if (!stream.read(text.data(), static_cast<std::streamsize>(text.size())) && !stream.eof()) {
    return failed(file, "can't be read");
  }
  text.resize(static_cast<std::size_t>(stream.gcount()));
  if (text.size() > cookie_file_limit) return failed(file, "is too large for a file of cookies");
  boost::system::error_code error;
  const auto value = json::parse(text, error);
  if (error || !value.is_object()) return failed(file, "is no JSON object");
  const cdp::Fields fields(value.get_object());
  if (fields.integer("version") != version) return failed(file, "is of another version");
  std::vector<cdp::Cookie> cookies;
  for (const auto& each : fields.objects("cookies")) cookies.push_back(cdp::Cookie::read(each));
  return KeptCookies{.profile = std::string(fields.text("profile")),
                     .jar = CookieJar(std::move(cookies))};
}

Result<void> write_cookie_file(const fs::path& file, const KeptCookies& kept) {
  const auto text = json::serialize(json::object{{"version", version},
                                                 {"profile", kept.profile.string()},
                                                 {"cookies", cookies_to_json(kept.jar.cookies())}});
  base::NewFile written(file);
  // Not synced: that may keep every answer waiting, and what a power cut spoils is left aside.
  if (written.is_open() && written.write_all(text) && written.take_place()) return {};
  return failed(file, "can't be written: " + std::generic_category().message(errno));
}

}  // namespace lmbridge::bridge
