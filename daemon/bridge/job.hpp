// One request in flight: what the page reports about it on one side, who passes it on on the other.
#pragma once

#include "base/condition.hpp"
#include "base/error.hpp"
#include "bridge/body_file.hpp"
#include "bridge/page_protocol.hpp"

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace lmbridge::bridge {

/// What a job asks of the page that runs it.
class JobHost {
 public:
  virtual ~JobHost() = default;
  /// The page may send `units` more for this job.
  virtual void grant(JobId id, std::size_t units) = 0;
  /// Nobody waits for the job any more. `running`: the page still works on it and must stop.
  virtual void leave(JobId id, bool running) = 0;
  /// The site has answered it: with `refusal` (verification_required, sign_in_required), or with
  /// whatever else, so that the page is no obstacle.
  virtual void judge(JobId id, std::optional<ErrorCode> refusal) = 0;
};

/// How much text of a job may wait in the daemon or be on its way, in UTF-16 units. Large enough
/// that the page never stalls for a client that reads, small enough for hundreds of clients that do
/// not.
inline constexpr std::size_t job_credit = 512UL * 1024;

/// What is granted at once: each grant is a command to the browser, and short answers need none.
inline constexpr std::size_t job_grant = job_credit / 2;

/// I/O thread only. Owned by whoever passes the answer on; when it goes before its end the page's
/// fetch is aborted at once. Its memory is bounded by its credit.
class Job {
 public:
  /// `news` is notified whenever the page has said something; it may be that of several jobs, and
  /// outlives them, as the host does.
  Job(JobId id, JobHost& host, base::Condition& news) : id_(id), host_(host), news_(news) {}
  Job(const Job&) = delete;
  Job& operator=(const Job&) = delete;
  ~Job() { host_.leave(id_, !ending_); }

  [[nodiscard]] JobId id() const { return id_; }

  // From the page.
  void on_head(ResponseHead head);
  void on_text(std::string_view text, std::size_t units);
  /// The page's last word: the response's end, or why there is none.
  void finish(Result<void> ending);

  /// Keeps the request's body until the site has answered it.
  void keep(std::shared_ptr<const BodyFile> body) { body_ = std::move(body); }

  // For the one who passes it on.

  [[nodiscard]] const std::optional<ResponseHead>& head() const { return head_; }
  /// All text that has come since the last call.
  std::string take_text();
  /// Set when the page has said its last word; text may still wait to be taken.
  [[nodiscard]] const std::optional<Result<void>>& ending() const { return ending_; }
  /// What was taken has been passed on: the page may read as much again.
  void acknowledge();
  /// What the site's answer turned out to be; the first call counts.
  void judge(std::optional<ErrorCode> refusal) {
    if (!std::exchange(judged_, true)) host_.judge(id_, refusal);
  }

 private:
  JobId id_;
  JobHost& host_;
  base::Condition& news_;
  /// Shared with the call that hands it to the page, which a client that leaves does not end.
  std::shared_ptr<const BodyFile> body_;
  std::optional<ResponseHead> head_;
  std::string text_;
  std::size_t waiting_units_ = 0;
  std::size_t taken_units_ = 0;
  std::optional<Result<void>> ending_;
  bool judged_ = false;
};

}  // namespace lmbridge::bridge
