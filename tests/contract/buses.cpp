#include "contract/buses.h"

#include "core/ids.h"
#include "core/settings.h"
#include "pubsub/local/local_notice_board.h"
#include "pubsub/local/local_pubsub.h"
#include "pubsub/local/local_shared_counters.h"
#include "pubsub/redis/redis_bus.h"
#include "support/redis_server.h"

namespace parley::test {
namespace {

class LocalTestBus : public TestBus {
 public:
  Instance first() override { return {first_, board_, counters_}; }
  Instance second() override { return {second_, board_, counters_}; }

 private:
  const Clock clock_;
  LocalBus bus_;
  LocalPubSub first_{bus_};
  LocalPubSub second_{bus_};
  LocalNoticeBoard board_;
  LocalSharedCounters counters_{clock_};
};

class RedisTestBus : public TestBus {
 public:
  RedisTestBus(LoopDriver& driver, const RedisAddress& address)
      : first_(driver.loop(), address, "first"), second_(driver.loop(), address, "second") {
    EXPECT_TRUE(driver.run_until([this] { return first_.pubsub().healthy() && second_.pubsub().healthy(); }));
  }

  Instance first() override { return instance(first_); }
  Instance second() override { return instance(second_); }

 private:
  static Instance instance(redis::RedisBus& bus) { return {bus.pubsub(), bus.notice_board(), bus.counters()}; }

  redis::RedisBus first_;
  redis::RedisBus second_;
};

RedisAddress plain_redis() {
  const auto environment = process_environment();
  if (const auto url = environment.find("PARLEY_TEST_REDIS_URL"); url != environment.end()) {
    return parse_redis_url(url->second);
  }
  static RedisServer server;  // one for all tests of the process
  return server.address();
}

RedisAddress guarded_redis() {
  static RedisServer server(RedisServer::Speaks::tls);
  static const std::string answer = server.command(
      "ACL SETUSER parley reset on >s3cret ~chat:* &chat:* +auth +select +ping +publish +subscribe +unsubscribe +eval "
      "+hset +hdel +hgetall +expire +incr +ttl +get +pttl");
  EXPECT_EQ(answer, "+OK");
  auto address = server.address();
  address.username = "parley";
  address.password = "s3cret";
  address.db = 3;
  return address;
}

}  // namespace

std::vector<BusKind> bus_kinds() {
  return {
      {"in_process", [](LoopDriver&) { return std::make_unique<LocalTestBus>(); }},
      {"redis", [](LoopDriver& driver) { return std::make_unique<RedisTestBus>(driver, plain_redis()); }},
      {"guarded_redis", [](LoopDriver& driver) { return std::make_unique<RedisTestBus>(driver, guarded_redis()); }}};
}

BusTest::BusTest() : bus_(GetParam().make(driver_)), unique_(new_id()) {}

}  // namespace parley::test
