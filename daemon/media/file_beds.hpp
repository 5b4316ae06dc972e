// Uploads files to the operator's file beds, so that the site can be given links in their place.
#pragma once

#include "base/clock.hpp"
#include "base/log.hpp"
#include "base/task_group.hpp"
#include "media/curl_multi.hpp"
#include "media/file_bed_answer.hpp"
#include "media/file_bed_request.hpp"
#include "media/file_bed_rota.hpp"
#include "media/made_once.hpp"
#include "media/proxies.hpp"
#include "media/worker_pool.hpp"
#include "settings/live.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <cstddef>
#include <expected>
#include <memory>
#include <string>
#include <utility>

namespace lmbridge::media {

/// I/O thread only. stop() must have been awaited before it goes.
class FileBeds {
 public:
  /// All references outlive it. `random` decides for the strategy of that name.
  FileBeds(const boost::asio::any_io_executor& executor, const settings::LiveSettings& settings,
           const base::Clock& clock, base::Log& log, FileBedRota::Random random);

  /// Begins to keep the known links swept.
  void start();
  /// Ends all that is under way.
  boost::asio::awaitable<void> stop();

  /// A link to what `data_link`, as base::normalize_link() leaves it, holds. Files that were
  /// uploaded during the last minutes, or are being uploaded for somebody else, are not uploaded
  /// again. A bed that fails rests for a while, and the next one is tried. Fails with
  /// - upload_failed, which names each bed with its reason, when none took the file;
  /// - overloaded and shutting_down.
  /// A task that is cancelled leaves nothing behind, unless somebody else waits for the same file.
  boost::asio::awaitable<Result<std::string>> upload(std::string data_link, std::string name);

  /// How many uploads are under way.
  [[nodiscard]] std::size_t running() const { return multi_.running(); }

 private:
  /// Where a file was uploaded to.
  struct Uploaded {
    std::string link;
    friend std::size_t cost_of(const Uploaded& uploaded) { return uploaded.link.size(); }
  };
  /// The beds of one state of the settings, and what became of them.
  struct Fleet {
    Fleet(settings::FileBeds file_beds, const base::Clock& clock, FileBedRota::Random& random)
        : settings(std::move(file_beds)),
          rota(settings.beds.size(), settings.strategy, clock, random) {}

    settings::FileBeds settings;
    FileBedRota rota;
  };
  struct Prepared;
  /// Why a bed gave no link.
  struct Setback {
    Error error;
    /// Another file may have more luck with the same bed.
    bool is_about_the_file = false;
  };

  void take_up_settings();
  boost::asio::awaitable<Result<Prepared>> prepare(std::string data_link, std::string name);
  boost::asio::awaitable<Result<Uploaded>> try_all(UploadFile file);
  boost::asio::awaitable<std::expected<std::string, Setback>> try_one(
      const settings::FileBed& bed, UploadFile file, CurlMulti::TimePoint deadline);
  boost::asio::awaitable<Result<FileBedRequest>> request_for(settings::FileBed bed,
                                                             UploadFile file);
  void report(const settings::FileBed& bed, const UploadFile& file, const std::string& link);

  const settings::LiveSettings& settings_;
  const base::Clock& clock_;
  base::Log& log_;
  FileBedRota::Random random_;
  Proxies proxies_;
  /// Shared: with the uploads that began under it.
  std::shared_ptr<Fleet> fleet_;
  CurlMulti multi_;
  WorkerPool pool_;
  /// By the SHA-256 of the files.
  MadeOnce<Uploaded> uploaded_;
  base::TaskGroup tasks_;
};

}  // namespace lmbridge::media
