#include "ctl/status_screen.hpp"

#include "base/text.hpp"
#include "ctl/output.hpp"

#include <boost/json/array.hpp>
#include <fmt/format.h>

#include <array>
#include <cstdio>

namespace lmbridge::ctl {
namespace json = boost::json;
using std::chrono::seconds;
using std::chrono::system_clock;

namespace {

/// The text of the field, bounded, and without what a terminal would act upon.
std::string shown(const json::object& object, std::string_view key) {
  return base::printable(base::excerpt(text(object, key), 300));
}

class Screen {
 public:
  Screen(const Style& style, system_clock::time_point now) : style_(style), now_(now) {}

  void head(const json::object& status) {
    const auto state = shown(status, "state");
    text_ += fmt::format(
        "{} {}  {}\n", style_.bold("lmbridged " + shown(status, "version")), coloured(state),
        style_.dim(fmt::format("pid {}, up {}", number(status, "pid"),
                               duration_text(seconds(number(status, "uptime_seconds"))))));
    if (const auto reason = shown(status, "reason"); !reason.empty()) line("Why", reason);
    if (const auto next = shown(status, "next"); !next.empty()) line("Next", style_.bold(next));
    if (const auto newest = shown(status, "newest_version"); !newest.empty()) {
      line("Update", fmt::format("version {} is there", newest));
    }
  }

  void listening(const json::object& addresses) {
    for (const auto& member : addresses) {
      line(text_of_door(member.key()), shown(addresses, member.key()));
    }
  }

  void browser(const json::object& status) {
    const auto& browser = object(status, "browser");
    const auto restarts =
        base::counted(static_cast<std::size_t>(number(status, "browser_restarts")), "restart");
    if (browser.empty()) return line("Browser", style_.warning("none runs") + ", " + restarts);
    auto about = shown(browser, "build");
    if (const auto address = shown(browser, "address"); !address.empty()) {
      about += fmt::format(", attached at {}", address);
    }
    if (const auto pid = number(browser, "pid"); pid > 0) about += fmt::format(", pid {}", pid);
    if (const auto display = shown(browser, "display"); !display.empty()) {
      about += fmt::format(", display {}", display);
    }
    if (const auto memory = number(browser, "memory_mb"); memory > 0) {
      about += fmt::format(", {} MB", memory);
    }
    line("Browser",
         fmt::format("{}, up {}, {}", about,
                     duration_text(seconds(number(browser, "uptime_seconds"))), restarts));
  }

  void site(const json::object& site) {
    line("Site", fmt::format("{}, sign-in {}, verification {}", shown(site, "origin"),
                             need(site, "sign_in"), need(site, "verification")));
  }

  void pages(const json::array& contexts) {
    for (const auto& each : contexts) {
      if (!each.is_object()) continue;
      const auto& page = each.as_object();
      auto about =
          fmt::format("{} of {} running", number(page, "running"), number(page, "capacity"));
      for (const auto* key : {"origin", "protocol"}) {
        if (const auto more = shown(page, key); !more.empty()) about += ", " + more;
      }
      if (const auto reason = shown(page, "reason"); !reason.empty()) about += ", " + reason;
      line(fmt::format("Page {}", number(page, "number")),
           fmt::format("{}, {}", coloured(shown(page, "state")), about));
    }
  }

  void queue(const json::object& queue) {
    const auto waiting = number(queue, "waiting");
    if (waiting == 0) return line("Queue", "empty");
    line("Queue",
         fmt::format("{} of {} waiting, the next one for {:.1f} s", waiting, number(queue, "limit"),
                     static_cast<double>(number(queue, "next_waits_ms")) / 1000));
  }

  void answers(const json::object& status) {
    line("Requests", fmt::format("{} answered, {} failed", number(status, "answered"),
                                 number(status, "failed")));
    if (const auto& answer = object(status, "last_answer"); !answer.empty()) {
      line("Last",
           fmt::format("{} {}: {} in {:.1f} s", shown(answer, "model"),
                       age_text(text(answer, "ended"), now_),
                       base::counted(static_cast<std::size_t>(number(answer, "pieces")), "piece"),
                       static_cast<double>(number(answer, "total_ms")) / 1000));
    }
    if (const auto& error = object(status, "last_error"); !error.empty()) {
      line("Error",
           fmt::format("{} {}: {}: {}", shown(error, "model"), age_text(text(error, "ended"), now_),
                       style_.bad(shown(error, "code")), shown(error, "reason")));
    }
  }

  void configuration(const json::object& configuration) {
    line("Config", fmt::format("{}, read {}", shown(configuration, "file"),
                               age_text(text(configuration, "loaded"), now_)));
    for (const auto& [key, name] :
         {std::pair("errors", "error"), std::pair("warnings", "warning")}) {
      const auto& problems = array(configuration, key);
      if (problems.empty()) continue;
      line("", style_.warning(fmt::format("{} (lmbridgectl config check)",
                                          base::counted(problems.size(), name))));
    }
    if (const auto& waiting = array(configuration, "at_next_start"); !waiting.empty()) {
      line("", fmt::format("takes effect at the next start: {}",
                           base::printable(joined(waiting, ", "))));
    }
  }

  std::string take() { return std::move(text_); }

 private:
  void line(std::string_view name, std::string_view what) {
    text_ += fmt::format("  {:<10}{}\n", name, what);
  }

  static std::string text_of_door(std::string_view door) {
    if (door == "api") return "Listening";
    if (door == "file_bed") return "File bed";
    return door == "control" ? "Control" : std::string(door);
  }

  [[nodiscard]] std::string coloured(const std::string& state) const {
    if (state == "ready") return style_.good(state);
    return state == "crash_loop" ? style_.bad(state) : style_.warning(state);
  }

  [[nodiscard]] std::string need(const json::object& site, std::string_view key) const {
    auto value = shown(site, key);
    return value == "needed" ? style_.warning(value) : value;
  }

  const Style& style_;
  system_clock::time_point now_;
  std::string text_;
};

}  // namespace

std::string duration_text(seconds duration) {
  const auto total = std::max<std::int64_t>(duration.count(), 0);
  const auto minutes = total / 60;
  const auto hours = minutes / 60;
  const auto days = hours / 24;
  if (total < 60) return fmt::format("{} s", total);
  if (minutes < 60) return fmt::format("{} min", minutes);
  if (hours < 24) return fmt::format("{} h {} min", hours, minutes % 60);
  return fmt::format("{} d {} h", days, hours % 24);
}

std::string age_text(std::string_view iso_time, system_clock::time_point now) {
  int year = 0;
  unsigned month = 0;
  unsigned day = 0;
  int hour = 0;
  int minute = 0;
  int second = 0;
  const std::string text(iso_time);
  // The daemon writes UTC.
  const auto fields = std::sscanf(text.c_str(), "%4d-%2u-%2uT%2d:%2d:%2d", &year, &month, &day,
                                  &hour, &minute, &second);
  if (fields != 6) return base::printable(text);
  const std::chrono::sys_days date(std::chrono::year(year) / std::chrono::month(month) /
                                   std::chrono::day(day));
  const auto time =
      date + std::chrono::hours(hour) + std::chrono::minutes(minute) + seconds(second);
  return duration_text(std::chrono::duration_cast<seconds>(now - time)) + " ago";
}

std::string render_status(const json::object& status, const Style& style,
                          system_clock::time_point now) {
  Screen screen(style, now);
  screen.head(status);
  screen.listening(object(status, "listening"));
  screen.browser(status);
  screen.site(object(status, "site"));
  screen.pages(array(status, "contexts"));
  screen.queue(object(status, "queue"));
  screen.answers(status);
  screen.configuration(object(status, "configuration"));
  return screen.take();
}

}  // namespace lmbridge::ctl
