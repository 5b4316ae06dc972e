#include "media/download_failure.hpp"

#include "base/text.hpp"

#include <fmt/format.h>

#include <chrono>
#include <utility>

namespace lmbridge::media {
namespace {

DownloadFailure permanent(ErrorCode code, std::string message) {
  return {.error = {.code = code, .message = std::move(message)}, .transient = false};
}

DownloadFailure transient(ErrorCode code, std::string message) {
  return {.error = {.code = code, .message = std::move(message)}, .transient = true};
}

double seconds(std::chrono::milliseconds duration) {
  return std::chrono::duration<double>(duration).count();
}

DownloadFailure address_refused(const std::string& host, const RefusedAddress& refused) {
  return permanent(ErrorCode::download_refused,
                   fmt::format("nothing is downloaded from {}: {} is {}. If it shall be, name the "
                               "host in media.allow_private_hosts",
                               host, refused.address, refused.reason));
}

DownloadFailure too_large(const std::string& host, std::size_t limit) {
  return permanent(
      ErrorCode::download_too_large,
      fmt::format("the file at {} has more than the {} bytes that are allowed", host, limit));
}

DownloadFailure timed_out(const DownloadRequest& request, bool connected) {
  const auto& host = request.target.host();
  if (std::chrono::steady_clock::now() >= request.deadline) {
    return permanent(ErrorCode::timed_out,
                     fmt::format("the download from {} was not done in time", host));
  }
  if (connected) {
    return transient(ErrorCode::timed_out, fmt::format("{} sent nothing for {:.3g} s", host,
                                                       seconds(request.silence_timeout)));
  }
  return transient(ErrorCode::timed_out,
                   fmt::format("there was no connection to {} within {:.3g} s", host,
                               seconds(request.connect_timeout)));
}

/// The callbacks of a transfer have ended it.
DownloadFailure stopped(const DownloadRequest& request, const TransferFacts& seen) {
  const auto& host = request.target.host();
  if (seen.body_too_large) return too_large(host, request.size_limit);
  if (seen.no_room) {
    return transient(ErrorCode::overloaded,
                     fmt::format("the download from {} was given up because all downloads together "
                                 "hold {} bytes in memory",
                                 host, request.room.taken()));
  }
  const auto* what = seen.head_too_large ? "head" : "error page or redirect";
  return permanent(ErrorCode::download_failed,
                   fmt::format("{} answered with an endless {}", host, what));
}

/// libcurl's words, which are about the server; bounded, because some are the server's own.
std::string in_detail(CURLcode code, const TransferFacts& seen) {
  constexpr std::size_t longest = 200;
  const std::string_view details = seen.details;
  return base::printable(
      base::excerpt(details.empty() ? curl_easy_strerror(code) : details, longest));
}

}  // namespace

DownloadFailure describe_failure(const DownloadRequest& request, CURLcode code,
                                 const TransferFacts& seen) {
  const auto& host = request.target.host();
  switch (code) {
    case CURLE_COULDNT_CONNECT:
    case CURLE_ABORTED_BY_CALLBACK:
      if (seen.refused) return address_refused(host, *seen.refused);
      break;
    case CURLE_OPERATION_TIMEDOUT:
      return timed_out(request, seen.connected);
    case CURLE_WRITE_ERROR:
      if (seen.body_too_large || seen.no_room || seen.head_too_large ||
          seen.unwanted_body_too_large) {
        return stopped(request, seen);
      }
      break;
    case CURLE_FILESIZE_EXCEEDED:
      return too_large(host, request.size_limit);
    case CURLE_PEER_FAILED_VERIFICATION:
      return permanent(
          ErrorCode::network_error,
          fmt::format("the TLS certificate of {} can't be trusted ({}). If it shall be, name the "
                      "host in media.tls_insecure_hosts",
                      host, in_detail(code, seen)));
    case CURLE_SSL_CACERT_BADFILE:
      return permanent(ErrorCode::network_error,
                       fmt::format("nothing can be downloaded from {}, because there are no "
                                   "certificates to check its own with ({}): install the package "
                                   "ca-certificates",
                                   host, in_detail(code, seen)));
    default:
      break;
  }
  return transient(ErrorCode::network_error,
                   fmt::format("the download from {} failed ({})", host, in_detail(code, seen)));
}

}  // namespace lmbridge::media
