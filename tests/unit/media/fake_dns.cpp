#include "tests/unit/media/fake_dns.hpp"

#include <dlfcn.h>
#include <netdb.h>

#include <algorithm>
#include <string>
#include <string_view>

namespace lmbridge::test {

std::atomic<bool> FakeDns::held = false;
std::atomic<int> FakeDns::waiting = 0;
std::atomic<int> FakeDns::lookups = 0;

namespace {

using GetAddrInfo = int (*)(const char*, const char*, const addrinfo*, addrinfo**);

int look_up(std::string_view name, const char* service, const addrinfo* hints, addrinfo** result,
            GetAddrInfo real) {
  ++FakeDns::lookups;
  if (name == "stuck.test") {
    ++FakeDns::waiting;
    FakeDns::held.wait(true);
    --FakeDns::waiting;
    FakeDns::waiting.notify_all();
    return EAI_NONAME;
  }
  constexpr std::string_view at = "at-";
  if (!name.starts_with(at)) return EAI_NONAME;
  std::string address(name.substr(at.size(), name.rfind('.') - at.size()));
  std::ranges::replace(address, '-', '.');
  return real(address.c_str(), service, hints, result);
}

}  // namespace
}  // namespace lmbridge::test

/// Found before the one of the C library, by libcurl too.
extern "C" int getaddrinfo(const char* name, const char* service, const addrinfo* hints,
                           addrinfo** result) {
  // A variable of its own, because POSIX wants the conversion and C++ does not know it.
  static const auto real =
      reinterpret_cast<lmbridge::test::GetAddrInfo>(dlsym(RTLD_NEXT, "getaddrinfo"));
  if (name != nullptr && std::string_view(name).ends_with(".test")) {
    return lmbridge::test::look_up(name, service, hints, result, real);
  }
  return real(name, service, hints, result);
}
