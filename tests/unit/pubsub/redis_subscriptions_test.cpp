#include "pubsub/redis/redis_subscriptions.h"

#include <gtest/gtest.h>

namespace parley::redis {
namespace {

class SubscriptionsTest : public ::testing::Test {
 protected:
  void subscribe(const std::string& channel) {
    ASSERT_TRUE(subscriptions_.want(channel));
    subscriptions_.sent(channel);
  }

  Subscriptions subscriptions_;
};

TEST_F(SubscriptionsTest, AChannelIsConfirmedWhenRedisSaysSo) {
  subscribe("a");
  EXPECT_FALSE(subscriptions_.confirmed("a"));
  EXPECT_FALSE(subscriptions_.want("a")) << "it is under way";
  EXPECT_TRUE(subscriptions_.confirm("a"));
  EXPECT_TRUE(subscriptions_.confirmed("a"));
  EXPECT_FALSE(subscriptions_.want("a"));
  EXPECT_EQ(subscriptions_.under_way(), 0u);
}

TEST_F(SubscriptionsTest, TheConfirmationOfAnAbandonedSubscriptionConfirmsNoNewOne) {
  subscribe("a");
  EXPECT_TRUE(subscriptions_.unwant("a"));
  subscribe("a");
  EXPECT_FALSE(subscriptions_.confirm("a")) << "Redis still has the UNSUBSCRIBE before it";
  EXPECT_FALSE(subscriptions_.confirmed("a"));
  EXPECT_TRUE(subscriptions_.confirm("a"));
}

TEST_F(SubscriptionsTest, WhatNobodyWantsIsForgottenWithItsConfirmation) {
  subscribe("a");
  EXPECT_TRUE(subscriptions_.unwant("a"));
  EXPECT_FALSE(subscriptions_.confirm("a"));
  EXPECT_FALSE(subscriptions_.unwant("a"));
  EXPECT_FALSE(subscriptions_.confirm("a")) << "nothing is under way";
  EXPECT_FALSE(subscriptions_.confirm("never heard of"));
}

TEST_F(SubscriptionsTest, WhatNobodyWaitsForIsOwedUntilItIsConfirmed) {
  subscribe("a");
  EXPECT_EQ(subscriptions_.owed(), 0u);
  subscriptions_.owe("a");
  subscriptions_.owe("a");
  EXPECT_EQ(subscriptions_.owed(), 1u);
  subscriptions_.confirm("a");
  EXPECT_EQ(subscriptions_.owed(), 0u);
  subscriptions_.owe("a");
  EXPECT_EQ(subscriptions_.owed(), 0u) << "it is confirmed";
}

TEST_F(SubscriptionsTest, ALostLinkOwesAllThatIsWanted) {
  for (const char* name : {"a", "b", "c"}) subscribe(name);
  subscriptions_.confirm("a");
  subscriptions_.unwant("c");
  subscriptions_.lose_all();
  EXPECT_EQ(subscriptions_.owed(), 2u);
  EXPECT_EQ(subscriptions_.names().size(), 2u);
  EXPECT_FALSE(subscriptions_.confirmed("a"));
  EXPECT_EQ(subscriptions_.under_way(), 0u);
  EXPECT_TRUE(subscriptions_.want("a")) << "it has to be sent again";
  EXPECT_FALSE(subscriptions_.unwant("b") && subscriptions_.wanted("b"));
  EXPECT_EQ(subscriptions_.owed(), 1u);
}

}  // namespace
}  // namespace parley::redis
