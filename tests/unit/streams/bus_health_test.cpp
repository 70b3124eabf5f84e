#include "streams/bus_health.h"

#include "pubsub/local/local_pubsub.h"
#include "streams/bus_link.h"
#include "support/memory_instances.h"
#include "support/recording_subscriber.h"
#include "support/stream_world.h"

namespace parley::test {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using Time = std::chrono::steady_clock;

/// Two instances of one deployment, each looking after its bus, in real time.
class BusHealthTest : public StreamWorld {
 protected:
  BusHealthTest() : StreamWorld(Writers::several_instances) {}

  struct Instance {
    Instance(BusHealthTest& t, const std::string& id)
        : pubsub(t.bus_),
          states(t.streams_, t.store_.rooms(), t.pool_, t.real_clock_, Writers::several_instances),
          hub(t.loop_, t.streams_, states, t.pool_, pubsub, plain_frame),
          link(pubsub, hub),
          appender(t.loop_, {t.streams_, t.writer_, 1}, states, link, t.real_clock_, {}),
          instances(t.leases_, t.pool_, t.real_clock_, id),
          health(t.loop_, instances, pubsub, hub, t.real_clock_),
          lease(t.loop_, seconds(1), "lease", [this] { return instances.renew(1, true); }) {
      link.observe({.on_heartbeat = [this](auto text) { health.on_heartbeat(text); },
                    .on_presence_elsewhere = [](const auto&) {}});
      instances.observe([this](const auto& who, bool alive) { health.on_instance(who, alive); });
      health.observe([this] { ++recovered; });
      lease.start();
      health.start("deployment");
    }

    LocalPubSub pubsub;
    StreamStates states;
    Hub hub;
    BusLink link;
    Appender appender;
    Instances instances;
    BusHealth health;
    Ticker lease;
    int recovered = 0;
  };

  std::shared_ptr<RecordingSubscriber> subscribe(Instance& at) {
    auto subscriber = std::make_shared<RecordingSubscriber>("grace");
    EXPECT_TRUE(run(at.hub.subscribe({.subscriber = subscriber, .stream = room_.stream()})).has_value());
    return subscriber;
  }
  void send(Instance& from) { ASSERT_TRUE(run(from.appender.append(message(room_.stream(), "hello"))).has_value()); }

  /// Both know and hear each other.
  void settle() {
    run_until([&] { return here_.instances.peers().size() == 1 && there_.instances.peers().size() == 1; });
    pass(milliseconds(600));
  }
  void pass(milliseconds time) {
    const auto end = Time::now() + time;
    run_until([&] { return Time::now() >= end; });
  }

  Clock real_clock_;
  LocalBus bus_;
  MemoryInstances leases_;
  LogBuilder room_ = make_room();
  Instance here_{*this, "here"};
  Instance there_{*this, "there"};
};

TEST_F(BusHealthTest, ABusThatDeliversIsNotInDoubt) {
  settle();
  pass(seconds(2));
  EXPECT_FALSE(here_.health.in_doubt());
  EXPECT_FALSE(there_.health.in_doubt());
}

TEST_F(BusHealthTest, WhatASilentBusLosesReachesSubscribersFromTheStoreWithinTwoSeconds) {
  const auto grace = subscribe(there_);
  settle();
  bus_.drop_everything(true);
  for (int i = 0; i < 3; ++i) {
    const auto sent = Time::now();
    send(here_);
    EXPECT_EQ(grace->seqs().size(), static_cast<std::size_t>(i)) << "the bus did lose it";
    run_until([&] { return grace->seqs().size() == static_cast<std::size_t>(i) + 1; });
    EXPECT_LT(Time::now() - sent, seconds(2));
  }
  EXPECT_TRUE(there_.health.in_doubt());
  EXPECT_EQ(there_.recovered, 0);
}

TEST_F(BusHealthTest, TheDoubtEndsWhenTheBusDeliversAgain) {
  settle();
  bus_.drop_everything(true);
  run_until([&] { return here_.health.in_doubt(); });
  bus_.drop_everything(false);
  run_until([&] { return !here_.health.in_doubt(); });
  EXPECT_EQ(here_.recovered, 1);
}

TEST_F(BusHealthTest, AnInstanceThatStopsIsACauseForOnePoll) {
  settle();
  there_.health.stop();
  there_.lease.stop();
  pass(milliseconds(50));
  run(there_.instances.leave());
  run_until([&] { return here_.health.in_doubt(); });
  run_until([&] { return !here_.health.in_doubt(); });
}

TEST_F(BusHealthTest, AnotherInstancesRenewedLinkIsACause) {
  settle();
  here_.health.on_heartbeat("there 1");
  EXPECT_FALSE(here_.health.in_doubt());
  here_.health.on_heartbeat("there 2");
  EXPECT_TRUE(here_.health.in_doubt());
}

TEST_F(BusHealthTest, AFailingStoreKeepsTheDoubtUp) {
  subscribe(here_);
  settle();
  streams_.fail_reads(true);
  here_.health.on_heartbeat("there 7");
  ASSERT_TRUE(here_.health.in_doubt());
  pass(milliseconds(1500));
  EXPECT_TRUE(here_.health.in_doubt());
  streams_.fail_reads(false);
  run_until([&] { return !here_.health.in_doubt(); });
}

}  // namespace
}  // namespace parley::test
