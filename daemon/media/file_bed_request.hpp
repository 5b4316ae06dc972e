// What a file bed is sent: pure, so that tests can read it.
#pragma once

#include "media/picture.hpp"
#include "settings/file_beds.hpp"

#include <string>
#include <utility>
#include <vector>

namespace lmbridge::media {

/// A file, of any kind, that is to be uploaded.
struct UploadFile {
  std::string name;
  /// Its media type, e.g. "image/png".
  std::string content_type;
  Bytes bytes;
};

struct FileBedRequest {
  std::string url;
  /// In front of the file in a form: the key, if there is one, and the further fields.
  std::vector<std::pair<std::string, std::string>> fields;
  /// The field of the form that holds the file. Empty: what is sent is `json`, and no form.
  std::string file_field;
  UploadFile file;
  std::string json;
};

/// How `bed` wants `file`. Takes its time where the file is encoded anew, as base64.
FileBedRequest build_request(const settings::FileBed& bed, const UploadFile& file);

}  // namespace lmbridge::media
