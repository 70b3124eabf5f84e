#include "streams/hub.h"

#include <algorithm>
#include <gtest/gtest.h>

#include "pubsub/local/local_pubsub.h"
#include "streams/bus_link.h"
#include "support/recording_subscriber.h"
#include "support/stream_world.h"

namespace parley {
namespace {

using test::RecordingSubscriber;
using Seqs = std::vector<std::uint64_t>;

/// Two instances of one deployment: one store, one bus, each with its own states, hub and appender.
class HubTest : public test::StreamWorld {
 protected:
  HubTest() : StreamWorld(Writers::several_instances) {}

  struct Instance {
    explicit Instance(HubTest& t)
        : pubsub(t.bus_),
          states(t.streams_, t.store_.rooms(), t.pool_, t.clock_, Writers::several_instances),
          hub(t.loop_, t.streams_, states, t.pool_, pubsub, test::plain_frame,
              {.hole = std::chrono::milliseconds(100)}),
          link(pubsub, hub),
          appender(t.loop_, {t.streams_, t.writer_, 1}, states, link, t.clock_, {}) {}

    LocalPubSub pubsub;
    StreamStates states;
    Hub hub;
    BusLink link;
    Appender appender;
  };

  std::shared_ptr<RecordingSubscriber> subscribe(Instance& at, std::optional<std::uint64_t> after = {},
                                                 const std::string& user = "ada") {
    auto subscriber = std::make_shared<RecordingSubscriber>(user);
    Subscription subscription{.subscriber = subscriber, .stream = room_.stream(), .after = after};
    subscription.on_subscribed = [this, subscriber](Subscribed told) {
      EXPECT_TRUE(subscriber->frames.empty()) << "the reply comes before the entries";
      told_ = told;
      if (on_told_) on_told_();
    };
    const auto done = run(at.hub.subscribe(std::move(subscription)));
    EXPECT_TRUE(done.has_value());
    return subscriber;
  }

  void send(Instance& from, const std::string& content) {
    const auto sent = run(from.appender.append(message(room_.stream(), content)));
    ASSERT_TRUE(sent.has_value());
  }

  /// Messages that were written while nobody here looked.
  void write_history(int count) {
    std::vector<Entry> entries;
    for (int i = 0; i < count; ++i) entries.push_back(room_.message());
    append_elsewhere(entries);
  }

  static Seqs from_to(std::uint64_t first, std::uint64_t last) {
    Seqs seqs;
    for (auto seq = first; seq <= last; ++seq) seqs.push_back(seq);
    return seqs;
  }

  LocalBus bus_;
  test::LogBuilder room_ = make_room();
  Subscribed told_;
  std::function<void()> on_told_;
  Instance here_{*this};
  Instance there_{*this};
};

TEST_F(HubTest, AnEntryReachesTheSubscribersOfEveryInstanceInOrder) {
  const auto ada = subscribe(here_);
  const auto grace = subscribe(there_);
  const auto head = told_.head;
  for (int i = 0; i < 10; ++i) send(i % 2 == 0 ? here_ : there_, "hello");
  run_until([&] { return ada->seqs().size() == 10 && grace->seqs().size() == 10; });
  EXPECT_EQ(ada->seqs(), from_to(head + 1, head + 10));
  EXPECT_EQ(grace->seqs(), from_to(head + 1, head + 10));
}

TEST_F(HubTest, WhatTheBusLostIsReadFromTheStoreWhenMoreComes) {
  const auto grace = subscribe(there_);
  const auto head = told_.head;
  bus_.drop_everything(true);
  for (int i = 0; i < 3; ++i) send(here_, "lost on the bus");
  EXPECT_EQ(grace->seqs(), Seqs{}) << "the bus did lose them";
  bus_.drop_everything(false);
  send(here_, "not lost");
  run_until([&] { return grace->seqs().size() == 4; });
  EXPECT_EQ(grace->seqs(), from_to(head + 1, head + 4));
}

TEST_F(HubTest, APollDeliversWhatTheBusLostThoughNothingMoreComes) {
  const auto grace = subscribe(there_);
  const auto head = told_.head;
  bus_.drop_everything(true);
  for (int i = 0; i < 250; ++i) send(here_, "lost on the bus");
  EXPECT_EQ(grace->seqs(), Seqs{}) << "the bus did lose them";
  run(there_.hub.poll());
  run_until([&] { return grace->seqs().size() == 250; });
  EXPECT_EQ(grace->seqs(), from_to(head + 1, head + 250));
}

TEST_F(HubTest, AnEntryThatIsMissingForGoodIsFilledWithAVoidOne) {
  const auto grace = subscribe(there_);
  const auto head = told_.head;
  room_.message();
  append_elsewhere({room_.message("after the hole")});
  there_.hub.accept(store_.streams().range(room_.stream(), head + 2, head + 2).at(0));
  run_until([&] { return grace->seqs().size() == 2; });
  EXPECT_EQ(grace->seqs(), from_to(head + 1, head + 2));
  const auto filled = store_.streams().range(room_.stream(), head + 1, head + 1).at(0);
  EXPECT_EQ(filled.kind, kind::void_entry);
  EXPECT_EQ(filled.messages, 0u) << "running values are the predecessor's";
}

TEST_F(HubTest, EveryEntryOfAFollowedStreamIsObservedOnceInOrder) {
  Seqs seen;
  there_.hub.observe_entries([&](const Entry& entry) { seen.push_back(entry.seq); });
  const auto grace = subscribe(there_);
  const auto head = told_.head;
  send(here_, "over the bus");
  bus_.drop_everything(true);
  send(here_, "lost on the bus");
  send(there_, "its own");
  run_until([&] { return grace->seqs().size() == 3; });
  EXPECT_EQ(seen, from_to(head + 1, head + 3));
  EXPECT_EQ(there_.states.cached(room_.stream())->head().seq, head + 3) << "and applied to the state";
}

TEST_F(HubTest, WhoResumesGetsWhatTheyMissedAndThenWhatComes) {
  write_history(600);
  const auto ada = subscribe(here_, 5);
  const auto head = told_.head;
  EXPECT_FALSE(told_.reset);
  send(here_, "new");
  run_until([&] { return !ada->seqs().empty() && ada->seqs().back() == head + 1; });
  EXPECT_EQ(ada->seqs(), from_to(6, head + 1));
}

TEST_F(HubTest, WhatManyMissedIsReadOnceForAllOfThem) {
  write_history(600);
  std::vector<std::shared_ptr<RecordingSubscriber>> all;
  for (std::uint64_t after = 1; after <= 20; ++after) {
    all.push_back(std::make_shared<RecordingSubscriber>());
    spawn_logged(loop_.executor(), "subscribe", [this, after, subscriber = all.back()]() -> Task<> {
      Subscription subscription{.subscriber = subscriber, .stream = room_.stream(), .after = after};
      co_await here_.hub.subscribe(std::move(subscription));
    });
  }
  run_until([&] {
    return std::all_of(all.begin(), all.end(), [](auto& s) { return !s->seqs().empty() && s->seqs().back() == 601; });
  });
  for (std::uint64_t after = 1; after <= 20; ++after) EXPECT_EQ(all[after - 1]->seqs(), from_to(after + 1, 601));
  EXPECT_EQ(streams_.ranges(), 600 / CatchUpReads::kReadAtOnce);
}

TEST_F(HubTest, WhatWasReadForWhoWasBehindIsNotKept) {
  write_history(50);
  const auto ada = subscribe(here_, 1);
  run_until([&] { return ada->seqs().size() == 50; });
  const auto grace = subscribe(here_, 1);
  run_until([&] { return grace->seqs().size() == 50; });
  EXPECT_EQ(streams_.ranges(), 2u);
}

TEST_F(HubTest, WhoMissedTooMuchStartsOver) {
  write_history(static_cast<int>(Hub::kMaxCatchUp) + 10);
  const auto ada = subscribe(here_, 1);
  EXPECT_TRUE(told_.reset);
  const auto head = told_.head;
  send(here_, "new");
  run_until([&] { return !ada->seqs().empty(); });
  EXPECT_EQ(ada->seqs(), Seqs{head + 1});
}

TEST_F(HubTest, AnAfterBeyondTheHeadStartsOver) {
  subscribe(here_, 1000);
  EXPECT_TRUE(told_.reset) << "the store was restored from an older backup";
}

TEST_F(HubTest, WhoMayNotReadIsNotSubscribed) {
  auto stranger = std::make_shared<RecordingSubscriber>("eve");
  Subscription subscription{.subscriber = stranger, .stream = room_.stream()};
  subscription.check = [](const StreamState&) -> Result<void> { return refuse(Code::forbidden); };
  subscription.on_subscribed = [](Subscribed) { FAIL(); };
  const auto done = run(here_.hub.subscribe(std::move(subscription)));
  ASSERT_FALSE(done.has_value());
  EXPECT_EQ(done.error().code, Code::forbidden);
  EXPECT_EQ(here_.hub.followed(), 0u) << "nobody is left to follow the room for";
  send(here_, "secret");
  EXPECT_TRUE(stranger->frames.empty());
}

TEST_F(HubTest, WhoIsRemovedOnAnotherInstanceIsToldSoAndGetsNothingAfterIt) {
  const auto grace = subscribe(there_, {}, "grace");
  send(here_, "while she is in");
  Proposal removal = message(room_.stream(), "");
  removal.kind = kind::member_removed;
  removal.body = member_body({"grace", "grace", Role::member});
  ASSERT_TRUE(run(here_.appender.append(std::move(removal))).has_value());
  send(here_, "after she is out");
  run_until([&] { return !grace->ended.empty(); });
  EXPECT_EQ(grace->seqs(), from_to(told_.head + 1, told_.head + 2));
  EXPECT_NE(grace->frames.back().find(R"("type":"removed")"), std::string::npos);
}

TEST_F(HubTest, ARoomThatNobodyFollowsAnyMoreIsLetGoOfHoweverItsSubscribersWent) {
  subscribe(there_);
  EXPECT_EQ(there_.hub.followed(), 1u);
  append_elsewhere({room_.deleted()});
  run(there_.hub.poll());
  run_until([&] { return there_.hub.followed() == 0; });
  const auto left = subscribe(here_);
  here_.hub.unsubscribe(left, room_.stream());
  EXPECT_EQ(here_.hub.followed(), 0u);
}

TEST_F(HubTest, WhatCameWhileTheRoomWasOpenedIsDeliveredThoughNothingMoreComes) {
  std::vector<Entry> meanwhile;
  for (std::size_t i = 0; i < Channel::kEarly + 50; ++i) meanwhile.push_back(room_.message());
  streams_.after_next_head([&] {
    append_elsewhere(meanwhile);
    for (const auto& entry : meanwhile) {
      boost::asio::post(loop_.context(), [this, &entry] { there_.hub.accept(entry); });
    }
  });
  const auto grace = subscribe(there_);
  const auto newest = meanwhile.back().seq;
  ASSERT_LT(told_.head, newest) << "nothing was missing: this proves nothing";
  run_until([&] { return !grace->frames.empty() && grace->seqs().back() == newest; });
  EXPECT_EQ(grace->seqs(), from_to(told_.head + 1, newest));
}

TEST_F(HubTest, ABroadcastCrossesTheBusAndLeavesOutTheOneItIsAbout) {
  const auto ada = subscribe(here_, {}, "ada");
  const auto grace = subscribe(there_, {}, "grace");
  here_.link.broadcast(room_.stream(), R"({"type":"typing"})", "ada");
  EXPECT_TRUE(ada->frames.empty());
  EXPECT_EQ(grace->frames, std::vector<std::string>{R"({"type":"typing"})"});
}

TEST_F(HubTest, AFailingStoreDelaysCatchingUpAndLosesNothing) {
  write_history(300);
  on_told_ = [this] { streams_.fail_reads(true); };
  const auto ada = subscribe(here_, 5);
  loop_.context().restart();
  loop_.context().run_for(std::chrono::milliseconds(50));
  EXPECT_EQ(ada->seqs(), Seqs{}) << "the store does fail";
  streams_.fail_reads(false);
  run_until([&] { return ada->seqs().size() == told_.head - 5; });
  EXPECT_EQ(ada->seqs(), from_to(6, told_.head));
}

TEST_F(HubTest, WhoWaitedForAReadThatFailedGetsAllAsWell) {
  write_history(300);
  on_told_ = [this] { streams_.fail_reads(true); };
  const auto ada = subscribe(here_, 5);
  const auto grace = subscribe(here_, 7);
  loop_.context().restart();
  loop_.context().run_for(std::chrono::milliseconds(50));
  streams_.fail_reads(false);
  run_until([&] { return ada->seqs().size() == told_.head - 5 && grace->seqs().size() == told_.head - 7; });
  EXPECT_EQ(ada->seqs(), from_to(6, told_.head));
  EXPECT_EQ(grace->seqs(), from_to(8, told_.head));
}

}  // namespace
}  // namespace parley
