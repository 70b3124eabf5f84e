#include "services/device_name.h"

#include <gtest/gtest.h>

namespace parley {
namespace {

TEST(DeviceName, BrowsersAreNamedWithTheirSystem) {
  EXPECT_EQ(device_name("Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"), "Firefox on Linux");
  EXPECT_EQ(device_name("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
                        "Chrome/126.0.0.0 Safari/537.36 Edg/126.0.0.0"),
            "Edge on Windows");
  EXPECT_EQ(device_name("Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 "
                        "Mobile Safari/537.36"),
            "Chrome on Android");
  EXPECT_EQ(device_name("Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like "
                        "Gecko) Version/17.5 Mobile/15E148 Safari/604.1"),
            "Safari on iPhone");
}

TEST(DeviceName, OthersAreShownByTheirBeginning) {
  EXPECT_EQ(device_name("python-httpx/0.27"), "python-httpx/0.27");
  EXPECT_EQ(device_name(""), "Unknown device");
  EXPECT_EQ(device_name("a\x1b[31m\xff"), "a?[31m?");
  EXPECT_EQ(device_name(std::string(500, 'x')).size(), 128u);
}

}  // namespace
}  // namespace parley
