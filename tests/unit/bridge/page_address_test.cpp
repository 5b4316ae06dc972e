#include "bridge/page_address.hpp"

#include "tests/unit/result_test.hpp"

namespace lmbridge::bridge {
namespace {

TEST(PageAddress, WebPagesAreTakenAsTheyAre) {
  for (const auto* address : {"https://site.test/a?b#c", "HTTP://site.test", "about:blank"}) {
    EXPECT_EQ(test::must(page_address(address)), address);
  }
}

TEST(PageAddress, WhatPeopleTypeBecomesOne) {
  EXPECT_EQ(test::must(page_address(" lmarena.ai ")), "https://lmarena.ai");
  EXPECT_EQ(test::must(page_address("localhost:5102/x")), "https://localhost:5102/x");
  EXPECT_EQ(test::must(page_address("site.test/a:b")), "https://site.test/a:b");
}

TEST(PageAddress, WhatShowsMoreThanTheWebIsRefused) {
  for (const auto* address :
       {"file:///etc/passwd", "FILE:/etc", "chrome://version", "javascript:alert(1)",
        "data:text/html,x", "view-source:https://site.test", "about:version", "blob:x", "", " ",
        "/etc/passwd", "devtools://x", "filesystem:http://site.test/"}) {
    EXPECT_EQ(test::code_of(page_address(address)), ErrorCode::invalid_request) << address;
  }
}

}  // namespace
}  // namespace lmbridge::bridge
