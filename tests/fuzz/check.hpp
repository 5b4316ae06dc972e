// For fuzz targets: a broken promise ends the run and keeps the input.
#pragma once

#include <cstdio>
#include <cstdlib>

namespace lmbridge::fuzz {

inline void check(bool holds, const char* promise) {
  if (holds) return;
  std::fprintf(stderr, "broken: %s\n", promise);
  std::abort();
}

}  // namespace lmbridge::fuzz
