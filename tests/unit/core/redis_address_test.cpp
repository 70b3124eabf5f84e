#include "core/redis_address.h"

#include <gtest/gtest.h>
#include <stdexcept>

#include "support/temp_folder.h"

namespace parley {
namespace {

std::string refusal(const std::string& url) {
  return test::message_of<std::invalid_argument>([&] { parse_redis_url(url); });
}

TEST(RedisAddress, AUrlSaysEverything) {
  const auto address = parse_redis_url("rediss://app:s3cr%40t@redis.example.org:6380/7");
  EXPECT_EQ(address.host, "redis.example.org");
  EXPECT_EQ(address.port, 6380);
  EXPECT_EQ(address.db, 7u);
  EXPECT_EQ(address.username, "app");
  EXPECT_EQ(address.password, "s3cr@t");
  EXPECT_TRUE(address.tls);
}

TEST(RedisAddress, WhatAUrlDoesNotSayHasItsDefault) {
  const auto address = parse_redis_url("redis://localhost");
  EXPECT_EQ(address.port, 6379);
  EXPECT_EQ(address.db, 0u);
  EXPECT_TRUE(address.username.empty() && address.password.empty());
  EXPECT_FALSE(address.tls);
  EXPECT_EQ(parse_redis_url("redis://localhost/").db, 0u);
  EXPECT_EQ(parse_redis_url("redis://[::1]:1").host, "::1");
}

TEST(RedisAddress, APasswordStandsAlone) {
  const auto address = parse_redis_url("redis://:word@localhost");
  EXPECT_EQ(address.username, "");
  EXPECT_EQ(address.password, "word");
}

TEST(RedisAddress, WhatIsWrongIsSaidWithoutThePassword) {
  const std::string secret = "hunter2";
  for (const std::string url :
       {"http://u:hunter2@h", "u:hunter2@h", "redis://u:hunter2@", "redis://u:hunter2@h:0", "redis://u:hunter2@h:99999",
        "redis://u:hunter2@h/x", "redis://u:hunter2@h/1/2", "redis://u:hunter2@h?db=1", "redis://u:hunter2@h h"}) {
    const auto message = refusal(url);
    EXPECT_NE(message, "(nothing was thrown)") << url;
    EXPECT_EQ(message.find(secret), std::string::npos) << message;
  }
  EXPECT_NE(refusal("redis://app@h").find("a user without a password"), std::string::npos);
}

}  // namespace
}  // namespace parley
