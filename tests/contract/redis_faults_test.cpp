#include <gtest/gtest.h>
#include <thread>

#include "pubsub/redis/redis_bus.h"
#include "support/loop_driver.h"
#include "support/redis_server.h"

namespace parley::test {
namespace {

using namespace std::chrono_literals;
using Steady = std::chrono::steady_clock;
using Heard = std::vector<std::string>;

std::size_t count_of(const std::string& text, const std::string& what) {
  std::size_t count = 0;
  for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + what.size())) ++count;
  return count;
}

/// One instance of the product, as far as the bus goes.
struct Instance {
  Instance(LoopDriver& driver, const RedisAddress& address, const std::string& id) : bus(driver.loop(), address, id) {
    bus.pubsub().on_message([this](std::string_view, std::string_view payload) { heard.emplace_back(payload); });
  }
  PubSub& pubsub() { return bus.pubsub(); }
  bool healthy() { return bus.pubsub().healthy(); }

  redis::RedisBus bus;
  Heard heard;
};

/// Two instances, and a Redis that things happen to.
class RedisFaults : public ::testing::Test {
 protected:
  void start() {
    first_.emplace(driver_, server_.address(), "first");
    second_.emplace(driver_, server_.address(), "second");
    ASSERT_TRUE(driver_.run_until([&] { return both_healthy(); }));
  }

  bool both_healthy() { return first_->healthy() && second_->healthy(); }
  bool subscribe(Instance& instance, const std::string& channel) {
    return driver_.run(instance.pubsub().subscribe(channel));
  }
  std::chrono::milliseconds time_until(const std::function<bool()>& is_so, std::chrono::milliseconds patience = 10s) {
    const auto begin = Steady::now();
    EXPECT_TRUE(driver_.run_until(is_so, patience));
    return std::chrono::duration_cast<std::chrono::milliseconds>(Steady::now() - begin);
  }
  /// A message from the first to the second still gets there.
  void expect_passes(const std::string& channel, const std::string& text) {
    second_->heard.clear();
    first_->pubsub().publish(channel, text);
    EXPECT_TRUE(driver_.run_until([&] { return !second_->heard.empty(); }, 2s)) << channel;
    EXPECT_EQ(second_->heard, Heard{text});
  }

  LoopDriver driver_;
  RedisServer server_;
  std::optional<Instance> first_;
  std::optional<Instance> second_;
};

TEST_F(RedisFaults, ARedisThatIsKilledAndStartedAgainIsFoundAgainWithAllSubscriptions) {
  start();
  ASSERT_TRUE(subscribe(*second_, "before"));
  ASSERT_TRUE(subscribe(*second_, "given up"));
  const auto links = second_->pubsub().links();
  server_.kill();
  EXPECT_LT(time_until([&] { return !first_->healthy() && !second_->healthy(); }), 500ms);
  EXPECT_FALSE(subscribe(*second_, "meanwhile"));
  second_->pubsub().unsubscribe("given up");
  first_->pubsub().publish("before", "lost");
  EXPECT_FALSE(driver_.run(first_->bus.notice_board().read("topic")).has_value());
  EXPECT_FALSE(driver_.run(first_->bus.counters().read("name")).has_value());
  driver_.run_for(500ms);
  server_.start();
  EXPECT_LT(time_until([&] { return both_healthy(); }), 2s);
  EXPECT_EQ(second_->pubsub().links(), links + 2) << "both links were made anew";
  expect_passes("before", "1");
  expect_passes("meanwhile", "2");
  EXPECT_EQ(server_.command("PUBSUB CHANNELS"), "*2");
}

TEST_F(RedisFaults, TheLogSaysOnceThatTheBusIsLostAndOnceThatItIsBack) {
  start();
  ::testing::internal::CaptureStdout();
  server_.kill();
  driver_.run_for(3s);
  server_.start();
  EXPECT_TRUE(driver_.run_until([&] { return both_healthy(); }));
  const auto log = ::testing::internal::GetCapturedStdout();
  EXPECT_EQ(count_of(log, "the bus is lost"), 2u) << "one for each instance\n" << log;
  EXPECT_EQ(count_of(log, "the bus is back"), 2u) << log;
  EXPECT_EQ(count_of(log, "\n"), 4u) << log;
}

TEST_F(RedisFaults, ARedisThatHangsIsNoticedWithinTwoSeconds) {
  start();
  ASSERT_TRUE(subscribe(*second_, "room"));
  server_.pause();
  const auto noticed = time_until([&] { return !first_->healthy() && !second_->healthy(); });
  EXPECT_LT(noticed, 2200ms);
  EXPECT_GT(noticed, 1000ms) << "a short hiccup is no loss";
  server_.resume();
  EXPECT_LT(time_until([&] { return both_healthy(); }), 3s);
  expect_passes("room", "1");
}

TEST_F(RedisFaults, AQuestionToARedisThatHangsIsGivenUpAfterASecond) {
  start();
  first_->bus.counters().add("name", 60s);
  ASSERT_EQ(driver_.run(first_->bus.counters().read("name"))->value, 1u);
  server_.pause();
  const auto begin = Steady::now();
  EXPECT_FALSE(driver_.run(first_->bus.counters().read("name")).has_value());
  EXPECT_TRUE(first_->healthy()) << "sooner than the link";
  EXPECT_FALSE(driver_.run(second_->pubsub().subscribe("room")));
  EXPECT_LT(Steady::now() - begin, 2200ms);
  server_.resume();
  EXPECT_TRUE(driver_.run_until([&] { return both_healthy(); }));
  EXPECT_EQ(driver_.run(first_->bus.counters().read("name"))->value, 1u);
  expect_passes("room", "1");
}

TEST_F(RedisFaults, AnInstanceThatWasItselfPausedDoesNotTakeRedisForDead) {
  start();
  const auto links = first_->pubsub().links();
  driver_.run_for(700ms);
  std::this_thread::sleep_for(4s);
  driver_.run_for(1s);
  EXPECT_TRUE(both_healthy());
  EXPECT_EQ(first_->pubsub().links(), links);
}

TEST_F(RedisFaults, ARedisThatIsNotThereAtFirstIsFoundWhenItComes) {
  server_.kill();
  first_.emplace(driver_, server_.address(), "first");
  second_.emplace(driver_, server_.address(), "second");
  EXPECT_FALSE(subscribe(*second_, "room"));
  driver_.run_for(300ms);
  EXPECT_FALSE(first_->healthy());
  EXPECT_EQ(first_->pubsub().links(), 0u);
  server_.start();
  EXPECT_TRUE(driver_.run_until([&] { return both_healthy(); }, 3s));
  expect_passes("room", "1");
}

TEST_F(RedisFaults, SubscribersThatAreCutOffAgainAndAgainSubscribeAgain) {
  start();
  ASSERT_TRUE(subscribe(*second_, "room"));
  for (int i = 0; i < 10; ++i) {
    const auto links = second_->pubsub().links();
    ASSERT_EQ(server_.command("CLIENT KILL TYPE pubsub").substr(0, 1), ":");
    ASSERT_TRUE(driver_.run_until([&] { return !second_->healthy(); }, 1s)) << i;
    ASSERT_TRUE(driver_.run_until([&] { return both_healthy(); }, 3s)) << i;
    EXPECT_EQ(second_->pubsub().links(), links + 1) << "the link that publishes stood";
    expect_passes("room", std::to_string(i));
  }
}

TEST_F(RedisFaults, ItIsHealthyOnlyWhenEveryChannelIsConfirmedAgain) {
  start();
  constexpr int kChannels = 20'000;
  int confirmed = 0;
  for (int i = 0; i < kChannels; ++i) {
    const auto name = "chat:room:" + std::to_string(i);
    spawn_logged(driver_.loop().executor(), "subscribe", [this, name, &confirmed] {
      const auto subscribe_and_count = [](PubSub& pubsub, std::string wanted, int& count) -> Task<> {
        if (co_await pubsub.subscribe(std::move(wanted))) ++count;
      };
      return subscribe_and_count(second_->pubsub(), name, confirmed);
    });
  }
  ASSERT_TRUE(driver_.run_until([&] { return confirmed == kChannels; }));
  server_.command("CLIENT KILL TYPE pubsub");
  ASSERT_TRUE(driver_.run_until([&] { return !second_->healthy(); }));
  ASSERT_TRUE(driver_.run_until([&] { return second_->healthy(); }));
  EXPECT_EQ(server_.command("PUBSUB CHANNELS"), "*" + std::to_string(kChannels));
  expect_passes("chat:room:0", "1");
  expect_passes("chat:room:19999", "2");
}

TEST_F(RedisFaults, WhatARedisThatHangsCannotTakeIsBoundedAndSaysSo) {
  start();
  server_.pause();
  const std::string large(64 * 1024, 'x');
  std::size_t sent = 0;
  while (first_->healthy() && sent < (std::size_t{64} << 20)) {
    first_->pubsub().publish("room", large);
    sent += large.size();
    if (sent % (1 << 20) == 0) driver_.run_for(1ms);
  }
  EXPECT_FALSE(first_->healthy()) << "what is dropped is known to be";
  EXPECT_GT(sent, std::size_t{8} << 20);
  EXPECT_LT(sent, std::size_t{32} << 20) << "8 MiB, and what the kernel took";
  server_.resume();
  EXPECT_TRUE(driver_.run_until([&] { return both_healthy(); }, 5s));
}

TEST_F(RedisFaults, WhatIsPublishedInOneTurnLeavesInOneWrite) {
  start();
  ASSERT_TRUE(subscribe(*second_, "room"));
  const auto reads = [&] {
    const auto stats = server_.command("INFO stats");
    const std::string name = "total_reads_processed:";
    return std::stol(stats.substr(stats.find(name) + name.size()));
  };
  const auto before = reads();
  for (int i = 0; i < 200; ++i) first_->pubsub().publish("room", std::to_string(i));
  ASSERT_TRUE(driver_.run_until([&] { return second_->heard.size() == 200; }));
  EXPECT_LT(reads() - before, 20) << "and pings, and these questions";
}

TEST_F(RedisFaults, WhatAnInstancePutUpEndsByItselfButNotWhileItLives) {
  start();
  auto& board = first_->bus.notice_board();
  board.put("kept", "first", "ada");
  board.put("others", "second", "bob");
  board.put("taken away", "first", "ada");
  board.put("taken away", "first", "");
  first_->bus.counters().add("name", 60s);
  ASSERT_EQ(driver_.run(board.read("kept"))->size(), 1u);
  EXPECT_EQ(server_.command("TTL chat:presence:kept"), ":86400");
  EXPECT_EQ(server_.command("TTL chat:count:name"), ":60");
  EXPECT_EQ(server_.command("KEYS chat:*"), "*3");
  server_.command("EXPIRE chat:presence:kept 100");
  server_.command("EXPIRE chat:presence:others 100");
  board.keep_alive();
  ASSERT_EQ(driver_.run(board.read("kept"))->size(), 1u);
  EXPECT_EQ(server_.command("TTL chat:presence:kept"), ":86400");
  EXPECT_EQ(server_.command("TTL chat:presence:others"), ":100");
}

TEST_F(RedisFaults, AWrongPasswordIsToldOnceAndNotShown) {
  server_.command("CONFIG SET requirepass right-word");
  auto address = server_.address();
  address.password = "wrong-word";
  ::testing::internal::CaptureStdout();
  Instance instance(driver_, address, "first");
  driver_.run_for(1s);
  EXPECT_FALSE(instance.healthy());
  const auto log = ::testing::internal::GetCapturedStdout();
  EXPECT_EQ(count_of(log, "\n"), 1u) << log;
  EXPECT_NE(log.find("the password was refused (WRONGPASS)"), std::string::npos) << log;
  EXPECT_EQ(log.find("wrong-word"), std::string::npos);
}

TEST_F(RedisFaults, AnInstanceThatMayNotPublishIsNotHealthy) {
  server_.command("ACL SETUSER reader reset on >word &* +@all -publish");
  auto address = server_.address();
  address.username = "reader";
  address.password = "word";
  Instance instance(driver_, address, "first");
  driver_.run_for(1s);
  EXPECT_FALSE(instance.healthy());
  EXPECT_EQ(server_.command("ACL SETUSER reader +publish"), "+OK");
  EXPECT_TRUE(driver_.run_until([&] { return instance.healthy(); }, 3s));
}

TEST_F(RedisFaults, AnInstanceThatMayNotSubscribeIsNotHealthy) {
  server_.command("ACL SETUSER writer reset on >word &chat:* +@all");
  auto address = server_.address();
  address.username = "writer";
  address.password = "word";
  Instance instance(driver_, address, "first");
  ASSERT_TRUE(driver_.run_until([&] { return instance.healthy(); }));
  EXPECT_TRUE(driver_.run(instance.pubsub().subscribe("chat:room:1")));
  EXPECT_FALSE(driver_.run(instance.pubsub().subscribe("elsewhere")));
  EXPECT_FALSE(instance.healthy());
}

TEST_F(RedisFaults, WhatIsNoRedisIsNotTakenForOne) {
  RedisServer tls(RedisServer::Speaks::tls);  // to us, noise or silence
  auto address = tls.address();
  address.tls = false;
  Instance instance(driver_, address, "first");
  driver_.run_for(1s);
  EXPECT_FALSE(instance.healthy());
}

TEST(RedisOverTls, ACertificateIsBelievedOnlyFromAnAuthorityAndForThatName) {
  LoopDriver driver;
  RedisServer server(RedisServer::Speaks::tls);
  Instance good(driver, server.address(), "first");
  ASSERT_TRUE(driver.run_until([&] { return good.healthy(); }));

  auto of_unknown_authority = server.address();
  of_unknown_authority.tls_ca.clear();
  auto of_another_name = server.address();
  of_another_name.host = "127.0.0.1";
  ::testing::internal::CaptureStdout();
  Instance unknown(driver, of_unknown_authority, "second");
  Instance misnamed(driver, of_another_name, "third");
  driver.run_for(700ms);
  EXPECT_FALSE(unknown.healthy());
  EXPECT_FALSE(misnamed.healthy());
  const auto log = ::testing::internal::GetCapturedStdout();
  EXPECT_EQ(count_of(log, "its certificate is not believed"), 2u) << log;
  EXPECT_NE(log.find("IP address mismatch"), std::string::npos) << log;
}

TEST(RedisOverTls, AMissingFileOfAuthoritiesIsToldAtOnce) {
  LoopDriver driver;
  RedisAddress address{.host = "localhost", .tls = true, .tls_ca = "/nowhere.pem"};
  const auto why = test::message_of<std::runtime_error>([&] { redis::RedisBus(driver.loop(), address, "first"); });
  EXPECT_NE(why.find("/nowhere.pem"), std::string::npos) << why;
}

}  // namespace
}  // namespace parley::test
