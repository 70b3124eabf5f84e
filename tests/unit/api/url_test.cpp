#include "api/url.h"

#include <gtest/gtest.h>

namespace parley::api {
namespace {

TEST(Url, PathAndQueryAreDecoded) {
  const auto target = parse_target("/a%20b/%C3%A9+c?q=x+y%2B&empty=&bare&%C3%A9=1");
  ASSERT_TRUE(target);
  EXPECT_EQ(target->path, "/a b/é+c");
  EXPECT_EQ(target->query,
            (std::map<std::string, std::string>{{"q", "x y+"}, {"empty", ""}, {"bare", ""}, {"é", "1"}}));
}

TEST(Url, WhatCouldBeReadInTwoWaysIsRefused) {
  for (const std::string_view target :
       {"",     "a",          "?a",      "/%",     "/%4",       "/%g0",   "/%0",        "/%00",   "/%ff",
        "/%C3", "/%ED%A0%80", "/%C0%AF", "/a%0ab", "/%7f",      "/a%2Fb", "/a%2fb",     "/a%5Cb", "/a\\b",
        "/#a",  "/?a#b",      "/?a=%ff", "/?%=1",  "/?a=1&a=1", "/?a&a",  "/?a=1&%61=2"}) {
    const auto parsed = parse_target(target);
    ASSERT_FALSE(parsed) << target;
    EXPECT_EQ(parsed.error().code, Code::bad_request) << target;
  }
}

TEST(Url, NoPathLeadsUpwards) {
  for (const std::string_view target :
       {"/..", "/../x", "/a/..", "/a/../b", "/.", "/a/./b", "/%2e%2e/x", "/.%2E", "/a/%2e%2e%2fetc"}) {
    EXPECT_FALSE(parse_target(target)) << target;
  }
  for (const std::string_view target : {"/...", "/.well-known/x", "/a..b", "/..a"}) {
    EXPECT_TRUE(parse_target(target)) << target;
  }
}

TEST(Url, AFormMayHoldLineBreaksButNoNameTwice) {
  EXPECT_EQ(parse_form("a=1%0A2")->at("a"), "1\n2");
  EXPECT_TRUE(parse_form("")->empty());
  EXPECT_FALSE(parse_form("a=%ff"));
  EXPECT_FALSE(parse_form("a=1&a=2"));
}

}  // namespace
}  // namespace parley::api
