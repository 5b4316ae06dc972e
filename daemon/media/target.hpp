// The place in the web that a link leads to, taken apart by the parser that the download itself
// uses: two parsers that differ about the host would be a hole.
#pragma once

#include "base/error.hpp"

#include <curl/curl.h>

#include <memory>
#include <string>

namespace lmbridge::media {

class Target {
 public:
  /// Fails with download_refused for what is no http: or https: link, or has a user name in it.
  static Result<Target> parse(std::string link);

  [[nodiscard]] bool is_https() const { return https_; }
  /// As comparable_host() has it; decoded, and an address in its usual form ("2130706433" is
  /// "127.0.0.1").
  [[nodiscard]] const std::string& host() const { return host_; }
  /// For CURLOPT_CURLU; lives as long as this.
  [[nodiscard]] CURLU* url() const { return url_.get(); }

 private:
  struct Deleter {
    void operator()(CURLU* url) const { curl_url_cleanup(url); }
  };
  using Url = std::unique_ptr<CURLU, Deleter>;

  Target(Url url, bool https, std::string host)
      : url_(std::move(url)), https_(https), host_(std::move(host)) {}

  Url url_;
  bool https_;
  std::string host_;
};

}  // namespace lmbridge::media
