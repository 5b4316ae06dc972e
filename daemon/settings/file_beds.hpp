// Settings for file beds: where attachments are uploaded, so that the site gets links to them.
#pragma once

#include "base/json_path.hpp"

#include <string>
#include <utility>
#include <vector>

namespace lmbridge::settings {

/// Which file bed an upload goes to first.
enum class FileBedStrategy { random, round_robin, failover };

/// How a file bed takes a file.
enum class FileBedProtocol {
  /// multipart/form-data with the file in it.
  form,
  /// The predecessor's own server: {file_name, file_data, api_key} for {success, filename}.
  json
};

/// How it tells the file's link (`response_type`).
enum class FileBedAnswer { json, text };

/// One of `file_bed_endpoints`, or `file_bed_upload_url` with its key.
struct FileBed {
  /// For the log and for errors.
  std::string name = {};
  std::string url = {};
  FileBedProtocol protocol = FileBedProtocol::form;
  /// Empty = none is sent.
  std::string api_key = {};
  std::string api_key_field = "key";
  std::string file_field = "file";
  /// Further fields of the form.
  std::vector<std::pair<std::string, std::string>> fields = {};
  FileBedAnswer answer = FileBedAnswer::json;
  /// Where a JSON answer has the link.
  base::JsonPath link_path = {"data", "url"};
  bool operator==(const FileBed&) const = default;
};

struct FileBeds {
  /// Attachments are uploaded whatever their size (`file_bed_enabled`).
  bool enabled = false;
  FileBedStrategy strategy = FileBedStrategy::random;
  /// Those that are enabled, in their order.
  std::vector<FileBed> beds = {};
  bool operator==(const FileBeds&) const = default;
};

}  // namespace lmbridge::settings
