#include "media/converter.hpp"

#include "base/task_group.hpp"
#include "tests/unit/coroutine_test.hpp"
#include "tests/unit/media/pictures.hpp"
#include "tests/unit/result_test.hpp"

#include <gmock/gmock.h>

#include <string>
#include <vector>

namespace lmbridge::media {
namespace {

namespace asio = boost::asio;
using test::code_of;
using test::draw;
using test::must;

class Converters : public testing::Test {
 public:
  asio::io_context context_{1};
  base::NullLog log_;
};

TEST_F(Converters, ConvertManyPicturesAtOnceAndMixNone) {
  Converter converter(context_.get_executor(), {.work = {.threads = 3}});
  test::run(context_, [](Converters& self, Converter& convert) -> asio::awaitable<void> {
    base::TaskGroup group(self.context_.get_executor(), self.log_);
    int right = 0;
    for (int i = 0; i < 50; ++i) {
      group.spawn("picture", [&convert, &right, i]() -> asio::awaitable<void> {
        const auto source = draw({.width = 20 + i, .suffix = ".webp[lossless]", .is_noisy = true});
        const auto picture = must(co_await convert.convert(source, {.format = Format::png}));
        if (test::look_at(*picture.bytes).pixels == test::look_at(*source).pixels) ++right;
      });
    }
    co_await group.join();
    EXPECT_EQ(right, 50);
    EXPECT_EQ(convert.pool().bytes(), 0U);
  }(*this, converter));
}

TEST_F(Converters, RefuseBadPicturesBesideGoodOnes) {
  Converter converter(context_.get_executor(), {});
  test::run(context_, [](Converter& convert) -> asio::awaitable<void> {
    const PictureTarget png{.format = Format::png};
    EXPECT_EQ(code_of(co_await convert.convert(test::bytes_of(""), png)),
              ErrorCode::unsupported_media_type);
    EXPECT_EQ(code_of(co_await convert.convert(
                  test::bytes_of(test::png_that_declares(30'000, 30'000)), png)),
              ErrorCode::payload_too_large);
    must(co_await convert.convert(draw({}), png));
  }(converter));
}

TEST_F(Converters, RefuseMoreThanTheirLineHolds) {
  Converter converter(context_.get_executor(), {.work = {.threads = 1, .waiting = 2}});
  test::run(context_, [](Converters& self, Converter& convert) -> asio::awaitable<void> {
    base::TaskGroup group(self.context_.get_executor(), self.log_);
    const auto source = draw({.width = 600, .height = 600, .is_noisy = true});
    int refused = 0;
    for (int i = 0; i < 10; ++i) {
      group.spawn("picture", [&]() -> asio::awaitable<void> {
        const auto result = co_await convert.convert(source, {.format = Format::png});
        if (!result && result.error().code == ErrorCode::overloaded) ++refused;
      });
    }
    co_await group.join();
    EXPECT_EQ(refused, 7) << "one runs and two wait";
  }(*this, converter));
}

TEST_F(Converters, GoOnWithTheNextPictureWhenNobodyWaitsForOne) {
  Converter converter(context_.get_executor(), {.work = {.threads = 1}});
  test::run(context_, [](Converters& self, Converter& convert) -> asio::awaitable<void> {
    base::TaskGroup group(self.context_.get_executor(), self.log_);
    const auto source = draw({.width = 2000, .height = 1500, .is_noisy = true});
    for (int i = 0; i < 3; ++i) {
      group.spawn("cancelled", [&]() -> asio::awaitable<void> {
        co_await convert.convert(source, {.format = Format::png});
        ADD_FAILURE() << "a cancelled task goes no further";
      });
    }
    while (convert.pool().waiting() < 2) co_await asio::post(asio::use_awaitable);
    group.cancel();
    co_await group.join();
    EXPECT_EQ(convert.pool().waiting(), 0U);
    // The only thread is free for it when the one that runs has stopped.
    must(co_await convert.convert(draw({}), {.format = Format::png}));
    EXPECT_EQ(convert.pool().running(), 0U);
    EXPECT_EQ(convert.pool().bytes(), 0U);
  }(*this, converter));
}

TEST_F(Converters, ShrinkPicturesToALimit) {
  Converter converter(context_.get_executor(), {});
  test::run(context_, [](Converter& convert) -> asio::awaitable<void> {
    const auto source = draw({.width = 500, .height = 500, .is_noisy = true});
    const auto shrunk = must(co_await convert.shrink(source, 30'000));
    EXPECT_LE(shrunk.picture.bytes->size(), 22'500U);
  }(converter));
}

}  // namespace
}  // namespace lmbridge::media
