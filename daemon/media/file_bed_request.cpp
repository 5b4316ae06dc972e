#include "media/file_bed_request.hpp"

#include "base/base64.hpp"
#include "base/text.hpp"

#include <string_view>

namespace lmbridge::media {
namespace {

void append_member(std::string& json, std::string_view name, std::string_view value) {
  json += ',';
  base::append_json_string(json, name);
  json += ':';
  base::append_json_string(json, value);
}

std::string json_with(const UploadFile& file, std::string_view api_key) {
  std::string json = R"({"file_data":"data:)";
  json += file.content_type;
  json += ";base64,";
  json += base::base64_encoded(*file.bytes);
  json += '"';
  append_member(json, "file_name", file.name);
  if (!api_key.empty()) append_member(json, "api_key", api_key);
  json += '}';
  return json;
}

}  // namespace

FileBedRequest build_request(const settings::FileBed& bed, const UploadFile& file) {
  FileBedRequest request{.url = bed.url, .fields = {}, .file_field = {}, .file = file, .json = {}};
  if (bed.protocol == settings::FileBedProtocol::json) {
    request.json = json_with(file, bed.api_key);
    return request;
  }
  if (!bed.api_key.empty()) request.fields.emplace_back(bed.api_key_field, bed.api_key);
  request.fields.insert(request.fields.end(), bed.fields.begin(), bed.fields.end());
  request.file_field = bed.file_field;
  return request;
}

}  // namespace lmbridge::media
