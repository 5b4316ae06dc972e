#include "media/file_bed_transfer.hpp"

#include "base/text.hpp"
#include "media/curl_connection.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstring>
#include <memory>
#include <new>
#include <string_view>
#include <utility>

namespace lmbridge::media {
namespace asio = boost::asio;
using Clock = std::chrono::steady_clock;

namespace {

constexpr std::size_t body_limit = 64UL * 1024;
constexpr std::size_t head_limit = 64UL * 1024;

double seconds(std::chrono::milliseconds duration) {
  return std::chrono::duration<double>(duration).count();
}

/// The callbacks of one transfer, and what they have seen. libcurl is told where this is.
class Transfer {
 public:
  Transfer(CurlMulti& multi, const FileBedRequest& request, const TransferOptions& options);
  Transfer(const Transfer&) = delete;
  Transfer& operator=(const Transfer&) = delete;

  [[nodiscard]] CURL* easy() const { return easy_.get(); }

  /// When to give up as things stand.
  [[nodiscard]] CurlMulti::TimePoint deadline() const {
    return connected_ ? std::min(options_.deadline, last_byte_ + options_.silence_timeout)
                      : options_.deadline;
  }

  [[nodiscard]] std::string why_failed(CURLcode code) const;
  FileBedReply take_reply();

 private:
  struct MimeDeleter {
    void operator()(curl_mime* mime) const { curl_mime_free(mime); }
  };
  struct HeadersDeleter {
    void operator()(curl_slist* headers) const { curl_slist_free_all(headers); }
  };

  template <class Value>
  void set(CURLoption option, Value value) {
    curl_easy_setopt(easy_.get(), option, value);
  }
  void set_connection();
  void set_callbacks();
  void set_form();
  void set_json();
  void add_header(const char* header);

  static int on_connected(void* self, char* address, char* own_address, int port, int own_port);
  static std::size_t on_read(char* buffer, std::size_t size, std::size_t count, void* self);
  static int on_seek(void* self, curl_off_t offset, int origin);
  static std::size_t on_head(char* data, std::size_t size, std::size_t count, void* self);
  static std::size_t on_body(char* data, std::size_t size, std::size_t count, void* self);

  std::size_t take_head(std::size_t size);
  std::size_t take_body(std::string_view data);

  [[nodiscard]] std::string why_too_late() const;

  CurlMulti& multi_;
  const FileBedRequest& request_;
  const TransferOptions& options_;
  /// What on_read() hands out: the file, or the JSON that holds it.
  std::string_view outgoing_;
  std::size_t sent_ = 0;
  // The handle goes first.
  std::unique_ptr<curl_slist, HeadersDeleter> headers_;
  std::unique_ptr<curl_mime, MimeDeleter> form_;
  std::array<char, CURL_ERROR_SIZE> details_{};
  Easy easy_;
  bool connected_ = false;
  bool too_large_ = false;
  CurlMulti::TimePoint last_byte_;
  std::size_t head_size_ = 0;
  std::string body_;
};

Transfer::Transfer(CurlMulti& multi, const FileBedRequest& request, const TransferOptions& options)
    : multi_(multi), request_(request), options_(options), easy_(curl_easy_init()) {
  if (!easy_) throw std::bad_alloc();
  set_connection();
  set_callbacks();
  // Beds that do not know it would let us wait.
  add_header("Expect:");
  if (request_.file_field.empty()) {
    set_json();
  } else {
    set_form();
  }
  set(CURLOPT_HTTPHEADER, headers_.get());
}

void Transfer::set_connection() {
  set(CURLOPT_URL, request_.url.c_str());
  // There are beds that take nothing from clients without a name.
  static const std::string user_agent = "lmbridge";
  media::set_connection(easy_.get(), {.proxy = options_.proxy,
                                      .verify_tls = options_.verify_tls,
                                      .ca_file = options_.ca_file,
                                      .user_agent = user_agent,
                                      .connect_timeout = options_.connect_timeout,
                                      .keepalive = options_.keepalive});
}

void Transfer::set_callbacks() {
  set(CURLOPT_ERRORBUFFER, details_.data());
  set(CURLOPT_PREREQFUNCTION, &Transfer::on_connected);
  set(CURLOPT_PREREQDATA, this);
  set(CURLOPT_HEADERFUNCTION, &Transfer::on_head);
  set(CURLOPT_HEADERDATA, this);
  set(CURLOPT_WRITEFUNCTION, &Transfer::on_body);
  set(CURLOPT_WRITEDATA, this);
}

void Transfer::set_form() {
  outgoing_ = *request_.file.bytes;
  form_.reset(curl_mime_init(easy_.get()));
  if (!form_) throw std::bad_alloc();
  for (const auto& [name, value] : request_.fields) {
    auto* part = curl_mime_addpart(form_.get());
    curl_mime_name(part, name.c_str());
    curl_mime_data(part, value.data(), value.size());
  }
  auto* part = curl_mime_addpart(form_.get());
  curl_mime_name(part, request_.file_field.c_str());
  curl_mime_filename(part, request_.file.name.c_str());
  curl_mime_type(part, request_.file.content_type.c_str());
  curl_mime_data_cb(part, static_cast<curl_off_t>(outgoing_.size()), &Transfer::on_read,
                    &Transfer::on_seek, nullptr, this);
  // Quotes in names as browsers escape them.
  set(CURLOPT_MIME_OPTIONS, CURLMIMEOPT_FORMESCAPE);
  set(CURLOPT_MIMEPOST, form_.get());
}

void Transfer::set_json() {
  outgoing_ = request_.json;
  add_header("Content-Type: application/json");
  set(CURLOPT_POST, 1L);
  set(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(outgoing_.size()));
  set(CURLOPT_READFUNCTION, &Transfer::on_read);
  set(CURLOPT_READDATA, this);
  set(CURLOPT_SEEKFUNCTION, &Transfer::on_seek);
  set(CURLOPT_SEEKDATA, this);
}

void Transfer::add_header(const char* header) {
  auto* head = headers_.release();
  auto* all = curl_slist_append(head, header);
  headers_.reset(all == nullptr ? head : all);
  if (all == nullptr) throw std::bad_alloc();
}

// --- callbacks -----------------------------------------------------------------------------------

int Transfer::on_connected(void* self, char*, char*, int, int) {
  auto& transfer = *static_cast<Transfer*>(self);
  transfer.connected_ = true;
  transfer.last_byte_ = Clock::now();
  // From now on it is silence that counts.
  transfer.multi_.hasten(transfer.easy());
  return CURL_PREREQFUNC_OK;
}

std::size_t Transfer::on_read(char* buffer, std::size_t size, std::size_t count, void* self) {
  auto& transfer = *static_cast<Transfer*>(self);
  transfer.last_byte_ = Clock::now();
  const auto rest = transfer.outgoing_.substr(transfer.sent_, size * count);
  std::memcpy(buffer, rest.data(), rest.size());
  transfer.sent_ += rest.size();
  return rest.size();
}

/// When a connection that was kept turns out to be gone, libcurl begins anew on another.
int Transfer::on_seek(void* self, curl_off_t offset, int origin) {
  auto& transfer = *static_cast<Transfer*>(self);
  const bool is_inside = origin == SEEK_SET && offset >= 0 &&
                         static_cast<std::size_t>(offset) <= transfer.outgoing_.size();
  if (!is_inside) return CURL_SEEKFUNC_CANTSEEK;
  transfer.sent_ = static_cast<std::size_t>(offset);
  return CURL_SEEKFUNC_OK;
}

std::size_t Transfer::on_head(char*, std::size_t size, std::size_t count, void* self) {
  return static_cast<Transfer*>(self)->take_head(size * count);
}

std::size_t Transfer::on_body(char* data, std::size_t size, std::size_t count, void* self) {
  return static_cast<Transfer*>(self)->take_body({data, size * count});
}

std::size_t Transfer::take_head(std::size_t size) {
  last_byte_ = Clock::now();
  head_size_ += size;
  too_large_ = head_size_ > head_limit;
  return too_large_ ? 0 : size;
}

std::size_t Transfer::take_body(std::string_view data) {
  last_byte_ = Clock::now();
  too_large_ = data.size() > body_limit - body_.size();
  if (too_large_) return 0;
  body_ += data;
  return data.size();
}

// --- its end -------------------------------------------------------------------------------------

FileBedReply Transfer::take_reply() {
  long status = 0;
  curl_easy_getinfo(easy_.get(), CURLINFO_RESPONSE_CODE, &status);
  FileBedReply reply{.status = static_cast<int>(status), .body = std::move(body_)};
  char* redirect = nullptr;
  curl_easy_getinfo(easy_.get(), CURLINFO_REDIRECT_URL, &redirect);
  curl_header* header = nullptr;
  if (redirect != nullptr) {
    reply.location = redirect;
  } else if (curl_easy_header(easy_.get(), "Location", 0, CURLH_HEADER, -1, &header) == CURLHE_OK) {
    reply.location = header->value;
  }
  return reply;
}

std::string Transfer::why_too_late() const {
  if (Clock::now() >= options_.deadline) return "did not take the file in time";
  return fmt::format("did nothing for {:.3g} s", seconds(options_.silence_timeout));
}

std::string Transfer::why_failed(CURLcode code) const {
  constexpr std::size_t longest = 160;
  if (code == CURLE_OPERATION_TIMEDOUT && connected_) return why_too_late();
  if (too_large_) return "answered with more than could be the link of a file";
  const std::string_view words = details_.data();
  const auto details =
      base::printable(base::excerpt(words.empty() ? curl_easy_strerror(code) : words, longest));
  if (code == CURLE_PEER_FAILED_VERIFICATION) {
    return fmt::format("has a TLS certificate that can't be trusted ({})", details);
  }
  if (!connected_) return fmt::format("could not be reached: {}", details);
  return fmt::format("broke off the upload: {}", details);
}

}  // namespace

asio::awaitable<Result<FileBedReply>> transfer(CurlMulti& multi, const FileBedRequest& request,
                                               const TransferOptions& options) {
  Transfer transfer(multi, request, options);
  const auto code =
      co_await multi.perform(transfer.easy(), [&transfer] { return transfer.deadline(); });
  if (code != CURLE_OK) co_return fail(ErrorCode::upload_failed, transfer.why_failed(code));
  co_return transfer.take_reply();
}

}  // namespace lmbridge::media
