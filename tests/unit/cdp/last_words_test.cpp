#include "cdp/last_words.hpp"

#include <gtest/gtest.h>

#include <string>

namespace lmbridge::cdp {
namespace {

TEST(LastWords, ComplaintsOfEveryServerAreLeftOut) {
  EXPECT_EQ(last_words("[1123/075437.111490:ERROR:dbus/bus.cc:405] Failed to connect to the bus\n"
                       "[1123/075437.152268:WARNING:device/bluetooth/dbus/x.cc:209] no Floss\n"
                       "[1123/075437.2:FATAL:zygote_host_impl_linux.cc:128] No usable sandbox!\n"
                       "[1123/075437.2:ERROR:dbus/object_proxy.cc:572] Failed to call method\n"),
            "[1123/075437.2:FATAL:zygote_host_impl_linux.cc:128] No usable sandbox!");
}

TEST(LastWords, OnlyTheLastFewLinesAreKeptInOnePrintableLine) {
  std::string said;
  for (int i = 0; i < 20; ++i) said += "line " + std::to_string(i) + "\r\n";
  EXPECT_EQ(last_words(said + "cut\x1b["),
            "line 16\\x0d | line 17\\x0d | line 18\\x0d | line 19\\x0d | cut\\x1b[");
}

TEST(LastWords, SilenceIsEmpty) {
  EXPECT_EQ(last_words(""), "");
  EXPECT_EQ(last_words("\n \n"), "");
}

}  // namespace
}  // namespace lmbridge::cdp
