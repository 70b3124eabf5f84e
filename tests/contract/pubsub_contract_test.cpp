#include "contract/buses.h"

namespace parley::test {
namespace {

class PubSubContract : public BusTest {
 protected:
  PubSubContract() {
    first().pubsub.on_message(keep_in(at_first_));
    second().pubsub.on_message(keep_in(at_second_));
  }

  using Heard = std::vector<std::string>;
  PubSub::Handler keep_in(Heard& heard) {
    return [this, &heard](std::string_view channel, std::string_view payload) {
      heard.push_back(std::string(channel.substr(channel.rfind(':') + 1)) + "=" + std::string(payload));
      last_payload_ = payload;
    };
  }

  std::string channel(const std::string& name) { return "chat:room:" + unique() + ":" + name; }
  bool subscribe(PubSub& pubsub, const std::string& name) { return run(pubsub.subscribe(channel(name))); }

  Heard at_first_;
  Heard at_second_;
  std::string last_payload_;
};

TEST_P(PubSubContract, AMessageReachesTheOtherInstanceAndNotItsPublisher) {
  ASSERT_TRUE(subscribe(first().pubsub, "a"));
  ASSERT_TRUE(subscribe(second().pubsub, "a"));
  first().pubsub.publish(channel("a"), "from first");
  second().pubsub.publish(channel("a"), "from second");
  ASSERT_TRUE(run_until([&] { return !at_first_.empty() && !at_second_.empty(); }));
  EXPECT_EQ(at_first_, Heard{"a=from second"});
  EXPECT_EQ(at_second_, Heard{"a=from first"});
}

TEST_P(PubSubContract, WhatIsNotSubscribedIsNotHeard) {
  ASSERT_TRUE(subscribe(second().pubsub, "a"));
  first().pubsub.publish(channel("b"), "no");
  first().pubsub.publish(channel("a"), "yes");
  ASSERT_TRUE(run_until([&] { return !at_second_.empty(); }));
  EXPECT_EQ(at_second_, Heard{"a=yes"});
}

TEST_P(PubSubContract, WhatWasUnsubscribedIsNotHeardAnyMore) {
  ASSERT_TRUE(subscribe(second().pubsub, "a"));
  ASSERT_TRUE(subscribe(second().pubsub, "b"));
  first().pubsub.publish(channel("a"), "1");
  ASSERT_TRUE(run_until([&] { return at_second_.size() == 1; }));
  second().pubsub.unsubscribe(channel("a"));
  first().pubsub.publish(channel("a"), "2");
  first().pubsub.publish(channel("b"), "3");
  ASSERT_TRUE(run_until([&] { return at_second_.size() == 2; }));
  EXPECT_EQ(at_second_, (Heard{"a=1", "b=3"}));
}

TEST_P(PubSubContract, WhatIsUnsubscribedAndSubscribedAgainIsHeard) {
  ASSERT_TRUE(subscribe(second().pubsub, "a"));
  for (int i = 0; i < 3; ++i) {
    second().pubsub.unsubscribe(channel("a"));
    ASSERT_TRUE(subscribe(second().pubsub, "a"));
  }
  EXPECT_TRUE(second().pubsub.healthy());
  first().pubsub.publish(channel("a"), "1");
  ASSERT_TRUE(run_until([&] { return !at_second_.empty(); }));
  EXPECT_EQ(at_second_, Heard{"a=1"});
}

TEST_P(PubSubContract, SubscribingTwiceIsOneSubscription) {
  ASSERT_TRUE(subscribe(second().pubsub, "a"));
  ASSERT_TRUE(subscribe(second().pubsub, "a"));
  ASSERT_TRUE(subscribe(second().pubsub, "end"));
  first().pubsub.publish(channel("a"), "1");
  first().pubsub.publish(channel("end"), "");
  ASSERT_TRUE(run_until([&] { return !at_second_.empty() && at_second_.back() == "end="; }));
  EXPECT_EQ(at_second_, (Heard{"a=1", "end="}));
  second().pubsub.unsubscribe(channel("a"));
  first().pubsub.publish(channel("a"), "2");
  first().pubsub.publish(channel("end"), "again");
  ASSERT_TRUE(run_until([&] { return at_second_.back() == "end=again"; }));
  EXPECT_EQ(at_second_.size(), 3u);
}

TEST_P(PubSubContract, MessagesOfOneInstanceKeepTheirOrder) {
  ASSERT_TRUE(subscribe(second().pubsub, "a"));
  ASSERT_TRUE(subscribe(second().pubsub, "b"));
  Heard sent;
  for (int i = 0; i < 2000; ++i) {
    const std::string name = i % 3 == 0 ? "a" : "b";
    first().pubsub.publish(channel(name), std::to_string(i));
    sent.push_back(name + "=" + std::to_string(i));
  }
  ASSERT_TRUE(run_until([&] { return at_second_.size() >= sent.size(); }));
  EXPECT_EQ(at_second_, sent);
}

TEST_P(PubSubContract, APayloadArrivesAsItIs) {
  ASSERT_TRUE(subscribe(second().pubsub, "a"));
  using namespace std::string_literals;  // these keep the zero
  const std::string large(std::size_t{2} << 20, 'x');
  for (const auto& payload : {std::string(), std::string("first second"), "\r\n$-1\r\n\0 "s, large}) {
    at_second_.clear();
    first().pubsub.publish(channel("a"), payload);
    ASSERT_TRUE(run_until([&] { return !at_second_.empty(); }));
    EXPECT_EQ(last_payload_, payload);
  }
}

TEST_P(PubSubContract, ManySubscribeAtOnce) {
  constexpr int kMany = 3000;
  int confirmed = 0;
  for (int i = 0; i < kMany; ++i) {
    const auto name = channel(std::to_string(i / 2));  // each twice
    spawn_logged(driver_.loop().executor(), "subscribe", [this, name, &confirmed] {
      const auto subscribe_and_count = [](PubSub& pubsub, std::string wanted, int& count) -> Task<> {
        if (co_await pubsub.subscribe(std::move(wanted))) ++count;
      };
      return subscribe_and_count(second().pubsub, name, confirmed);
    });
  }
  EXPECT_TRUE(run_until([&] { return confirmed == kMany; })) << confirmed;
  EXPECT_TRUE(second().pubsub.healthy());
  first().pubsub.publish(channel("77"), "!");
  ASSERT_TRUE(run_until([&] { return !at_second_.empty(); }));
  EXPECT_EQ(at_second_, Heard{"77=!"});
}

TEST_P(PubSubContract, WhatIsUpSaysSo) {
  EXPECT_TRUE(first().pubsub.healthy());
  EXPECT_GE(first().pubsub.links(), 1u);
}

PARLEY_ON_EVERY_BUS(PubSubContract);

}  // namespace
}  // namespace parley::test
