#include "control/machine_checks.hpp"

#include "base/clock.hpp"
#include "base/new_file.hpp"

#include <fmt/format.h>

#include <sys/statvfs.h>
#include <sys/timex.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <optional>
#include <string_view>

namespace lmbridge::control {
namespace fs = std::filesystem;
namespace {

constexpr std::uint64_t megabyte = 1024UL * 1024;
/// Below the first Chromium loses data, below the second it soon may.
constexpr std::uint64_t too_little_disk = 200 * megabyte;
constexpr std::uint64_t little_disk = 1024 * megabyte;
/// What containers have by default is too little for more than a page or two.
constexpr std::uint64_t little_shared_memory = 128 * megabyte;
/// Before this was written.
constexpr std::chrono::sys_days first_day{std::chrono::year(2026) / 1 / 1};
/// Font directories are not large; a wrong root must not be walked for ever.
constexpr std::size_t most_files = 20'000;

struct Space {
  std::uint64_t free = 0;
  std::uint64_t total = 0;
};

std::optional<Space> space_of(const fs::path& directory) {
  struct statvfs found{};
  if (statvfs(directory.c_str(), &found) != 0) return std::nullopt;
  return Space{.free = found.f_bavail * found.f_frsize, .total = found.f_blocks * found.f_frsize};
}

bool is_font(const fs::path& file) {
  constexpr std::array<std::string_view, 5> endings{".ttf", ".otf", ".ttc", ".pfb", ".woff2"};
  return std::ranges::find(endings, file.extension().string()) != endings.end();
}

std::size_t count_fonts(const fs::path& root) {
  std::size_t fonts = 0;
  std::size_t files = 0;
  std::error_code error;
  for (fs::recursive_directory_iterator entry(root, error), end; !error && entry != end;
       entry.increment(error)) {
    if (is_font(entry->path())) ++fonts;
    if (++files == most_files) break;
  }
  return fonts;
}

}  // namespace

std::string_view name(Health health) {
  switch (health) {
    case Health::ok:
      return "ok";
    case Health::warning:
      return "warning";
    case Health::error:
      return "error";
  }
  return "error";
}

boost::json::object describe(const Finding& finding) {
  boost::json::object described{{"check", finding.check},
                                {"status", name(finding.health)},
                                {"message", finding.message},
                                {"fix", nullptr}};
  if (!finding.fix.empty()) described["fix"] = finding.fix;
  return described;
}

Finding check_writable(const std::string& what, const fs::path& directory) {
  errno = 0;
  const base::NewFile file(directory / "lmbridge-check");
  if (file.is_open() && file.write_all("can be written")) {
    return {.check = what, .message = fmt::format("{} can be written", directory.string())};
  }
  return {
      .check = what,
      .health = Health::error,
      .message = fmt::format("{} can't be written: {}", directory.string(), std::strerror(errno)),
      .fix = fmt::format("give it to the daemon's user: sudo chown -R lmbridge: {}",
                         directory.string())};
}

Finding check_disk(const fs::path& directory) {
  const auto space = space_of(directory);
  if (!space) {
    return {.check = "disk",
            .health = Health::error,
            .message =
                fmt::format("{} can't be looked at: {}", directory.string(), std::strerror(errno)),
            .fix = "see whether the directory is there and its disk is mounted"};
  }
  Finding finding{
      .check = "disk",
      .message = fmt::format("{} MB are free at {}", space->free / megabyte, directory.string())};
  if (space->free >= little_disk) return finding;
  finding.health = space->free < too_little_disk ? Health::error : Health::warning;
  finding.fix =
      "make room; the picture library (downloaded_images) can be limited with "
      "media.library_max_total_mb";
  return finding;
}

Finding check_shared_memory(const fs::path& directory) {
  const auto space = space_of(directory);
  if (!space) {
    return {.check = "shared memory",
            .health = Health::warning,
            .message =
                fmt::format("there is no {}, so the browser uses slower files", directory.string()),
            .fix = "mount a tmpfs there"};
  }
  Finding finding{
      .check = "shared memory",
      .message = fmt::format("{} has {} MB", directory.string(), space->total / megabyte)};
  if (space->total >= little_shared_memory) return finding;
  finding.health = Health::warning;
  finding.message += ", with which pages may crash";
  finding.fix =
      "give it more (a container: --shm-size=512m), or set browser.args to "
      "[\"--disable-dev-shm-usage\"]";
  return finding;
}

Finding check_clock() {
  const auto now = std::chrono::system_clock::now();
  const auto shown = fmt::format("it is {}", base::iso_8601(now));
  if (now < first_day) {
    return {.check = "clock",
            .health = Health::error,
            .message = shown + ", which can't be: certificates of the site are refused",
            .fix = "set the clock: sudo timedatectl set-ntp true"};
  }
  struct timex state{};
  const auto told = adjtimex(&state);
  if (told == TIME_ERROR || (state.status & STA_UNSYNC) != 0) {
    return {.check = "clock",
            .health = Health::warning,
            .message = shown + ", but nothing keeps the clock right",
            .fix = "sudo timedatectl set-ntp true (Debian: apt install systemd-timesyncd)"};
  }
  return {.check = "clock", .message = shown + ", and the clock is kept right"};
}

Finding check_fonts(const std::vector<fs::path>& roots) {
  std::size_t fonts = 0;
  for (const auto& root : roots) fonts += count_fonts(root);
  if (fonts > 0) return {.check = "fonts", .message = fmt::format("{} font files", fonts)};
  return {.check = "fonts",
          .health = Health::warning,
          .message = "there is none, so the live view shows no text",
          .fix = "sudo apt install fonts-dejavu-core fonts-noto-cjk"};
}

std::vector<Finding> check_machine(const MachinePlaces& places) {
  const bool has_browser = !places.profile.empty();
  std::vector<Finding> findings{check_writable("state directory", places.state)};
  if (has_browser) findings.push_back(check_writable("browser profile", places.profile));
  // It is made when the first picture comes.
  std::error_code error;
  if (fs::exists(places.pictures, error)) {
    findings.push_back(check_writable("picture library", places.pictures));
  }
  findings.push_back(check_disk(places.state));
  if (has_browser) findings.push_back(check_shared_memory("/dev/shm"));
  findings.push_back(check_clock());
  if (has_browser) findings.push_back(check_fonts({"/usr/share/fonts", "/usr/local/share/fonts"}));
  return findings;
}

}  // namespace lmbridge::control
