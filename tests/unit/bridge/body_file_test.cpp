#include "bridge/body_file.hpp"

#include "tests/unit/result_test.hpp"

#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <string>

namespace lmbridge::bridge {
namespace {

std::string content_of(const std::string& path) {
  std::ifstream stream(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

TEST(BodyFiles, HoldTheBodyUnderAPathThatOthersCanOpen) {
  const std::string body = std::string(300'000, 'b') + '\0' + "\xe4\xb8\xad";
  const auto file = test::must(BodyFile::create(body));
  EXPECT_EQ(content_of(file.path()), body);
  EXPECT_EQ(std::filesystem::file_size(file.path()), body.size());
}

TEST(BodyFiles, GoWithTheirOwner) {
  std::optional<BodyFile> file = test::must(BodyFile::create("x"));
  const auto path = file->path();
  auto moved = *std::move(file);
  file.reset();
  EXPECT_EQ(content_of(path), "x") << "the new owner keeps it";
  {
    const auto last = std::move(moved);
  }
  EXPECT_FALSE(std::filesystem::exists(path));
}

}  // namespace
}  // namespace lmbridge::bridge
