// Results inside coroutines, where ASSERT_* can't return.
#pragma once

#include "base/error.hpp"

#include <gtest/gtest.h>

#include <stdexcept>
#include <utility>

namespace lmbridge::test {

/// The value, or an exception that fails the test with the error's text.
template <class T>
T must(Result<T> result) {
  if (!result)
    throw std::runtime_error("unexpected error: " + base::describe_chain(result.error()));
  if constexpr (!std::is_void_v<T>) return *std::move(result);
}

/// The error's code; fails the test when there is none.
template <class T>
ErrorCode code_of(const Result<T>& result) {
  if (result) throw std::runtime_error("an error was expected");
  return result.error().code;
}

/// Stops the test when `condition`, on which everything after it depends, does not hold.
inline void require(bool condition, const char* what) {
  if (!condition) throw std::runtime_error(std::string("required: ") + what);
}

}  // namespace lmbridge::test
