// However a multipart body is cut, it means the same parts or the same error, and no content holds
// a delimiter. Input: one byte that seeds the cuts, then the body; its boundary is "b".

#include "http/multipart.hpp"
#include "tests/fuzz/check.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace {

using lmbridge::Result;
using lmbridge::fuzz::check;
namespace http = lmbridge::http;

constexpr http::MultipartLimits limits{.part_head = 512, .parts = 20, .preamble = 256};

struct Outcome {
  std::vector<http::PartHead> heads;
  std::vector<std::string> contents;
  std::string error;
};

class Recorder final : public http::MultipartSink {
 public:
  explicit Recorder(Outcome& outcome) : outcome_(outcome) {}

  Result<void> begin_part(http::PartHead head) override {
    check(!std::exchange(open_, true), "a part begins when none is open");
    outcome_.heads.push_back(std::move(head));
    outcome_.contents.emplace_back();
    return {};
  }
  Result<void> part_content(std::string_view bytes) override {
    check(open_ && !bytes.empty(), "content is of a part");
    outcome_.contents.back() += bytes;
    return {};
  }
  Result<void> end_part() override {
    check(std::exchange(open_, false), "a part ends that has begun");
    return {};
  }

 private:
  Outcome& outcome_;
  bool open_ = false;
};

/// In slices of pseudo-random lengths that `seed` determines; whole without one.
Outcome read(std::string_view body, std::uint32_t seed) {
  Outcome outcome;
  Recorder recorder(outcome);
  http::MultipartReader reader("b", recorder, limits);
  Result<void> done;
  while (!body.empty() && done) {
    const auto seeded = seed != 0;
    seed = seed * 1664525U + 1013904223U;
    const auto slice = body.substr(0, seeded ? (seed >> 16U) % 9U : body.size());
    done = reader.feed(slice);
    body.remove_prefix(slice.size());
    if (!seeded) break;
  }
  if (done) done = reader.finish();
  if (!done) outcome.error = done.error().message;
  return outcome;
}

void check_same(const Outcome& a, const Outcome& b) {
  check(a.error == b.error, "the same error");
  check(a.contents == b.contents, "the same contents");
  check(a.heads.size() == b.heads.size(), "the same number of parts");
  for (std::size_t i = 0; i < a.heads.size(); ++i) {
    check(a.heads[i].name == b.heads[i].name, "the same names");
    check(a.heads[i].filename == b.heads[i].filename, "the same filenames");
  }
}

void check_fields(std::string_view body, const Outcome& outcome) {
  const auto fields = http::parse_multipart("multipart/form-data; boundary=b", body, limits);
  check(fields.has_value() == outcome.error.empty(), "fields are read when the parts are");
  for (std::size_t i = 0; fields && i < fields->size(); ++i) {
    check(fields->at(i).content == outcome.contents.at(i), "a field is the whole part");
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 1) return 0;
  const std::string input(data + 1, data + size);
  const auto whole = read(input, 0);
  // A body that breaks off in a part keeps what has come of it, which depends on the cuts.
  const auto cut = read(input, 1U + data[0]);
  if (whole.error.empty()) check_same(whole, cut);
  check(whole.error == cut.error, "the same error");
  check_fields(input, whole);
  for (const auto& content : whole.contents) {
    check(("\r\n" + content).find("\r\n--b") == std::string::npos, "no content has a delimiter");
  }
  return 0;
}
