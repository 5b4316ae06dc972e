#include "app/memory_keeper.hpp"

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <link.h>
#include <malloc.h>
#include <sys/mman.h>
#include <unistd.h>

#include <fstream>
#include <span>
#include <utility>
#include <vector>

namespace lmbridge::app {
namespace asio = boost::asio;
namespace {

constexpr std::size_t megabyte = 1024UL * 1024;

/// Whole pages of ELF segments that are never written to, and so hold nothing but the file's
/// content. Relocated constants do not count: they lie in segments that may be written to at first.
using CodePages = std::vector<std::pair<ElfW(Addr), std::size_t>>;

int find_code(dl_phdr_info* object, std::size_t, void* found) {
  const auto page = static_cast<ElfW(Addr)>(sysconf(_SC_PAGESIZE));
  for (const auto& segment : std::span(object->dlpi_phdr, object->dlpi_phnum)) {
    if (segment.p_type != PT_LOAD || (segment.p_flags & PF_W) != 0) continue;
    const auto begin = (object->dlpi_addr + segment.p_vaddr + page - 1) / page * page;
    const auto end = (object->dlpi_addr + segment.p_vaddr + segment.p_memsz) / page * page;
    if (end > begin) static_cast<CodePages*>(found)->emplace_back(begin, end - begin);
  }
  return 0;
}

}  // namespace

std::size_t resident_memory() {
  std::ifstream statm("/proc/self/statm");
  std::size_t mapped = 0;
  std::size_t resident = 0;
  statm >> mapped >> resident;
  return resident * static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
}

void trim_heap() {
  malloc_trim(0);
}

void give_back_code() {
  // The list is made first: program headers lie in such pages themselves, and a look at the next
  // one would bring 64 KB of each library back.
  CodePages code;
  dl_iterate_phdr(&find_code, &code);
  for (const auto& [begin, size] : code) {
    // It is advice: where the kernel does not follow it nothing is lost.
    // NOLINTNEXTLINE(performance-no-int-to-ptr): addresses are what the loader tells.
    madvise(reinterpret_cast<void*>(begin), size, MADV_DONTNEED);
  }
}

asio::awaitable<void> MemoryKeeper::run() {
  asio::steady_timer timer(co_await asio::this_coro::executor);
  for (;;) {
    timer.expires_after(options_.interval);
    co_await timer.async_wait(asio::use_awaitable);
    look();
  }
}

void MemoryKeeper::look() {
  const auto threshold_mb = options_.threshold_mb();
  const auto before = options_.resident();
  const bool is_above = threshold_mb != 0 && before > threshold_mb * megabyte;
  const bool was_above = std::exchange(was_above_, is_above);
  if (!is_above) return;
  options_.trim();
  if (!was_above) report(before, options_.resident(), threshold_mb);
}

void MemoryKeeper::report(std::size_t before, std::size_t after, std::size_t threshold_mb) {
  const base::LogFields fields{{"before_mb", before / megabyte},
                               {"after_mb", after / megabyte},
                               {"gc_threshold_mb", threshold_mb}};
  if (after > threshold_mb * megabyte) {
    log_.warning(
        "the daemon's memory is above gc_threshold_mb, and most of it is in use: give it more, or "
        "lower server.max_waiting_mb",
        fields);
  } else {
    log_.info("the daemon's memory was above gc_threshold_mb; what was free went back", fields);
  }
}

}  // namespace lmbridge::app
