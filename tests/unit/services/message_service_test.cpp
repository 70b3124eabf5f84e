#include "services/message_service.h"

#include "pubsub/local/local_pubsub.h"
#include "pubsub/local/local_shared_counters.h"
#include "streams/bus_link.h"
#include "support/recording_subscriber.h"
#include "support/stream_world.h"

namespace parley::test {
namespace {

/// Counts what is read of the logs.
class CountingStreams : public FaultyStreams {
 public:
  using FaultyStreams::FaultyStreams;

  std::vector<Entry> range(std::string_view stream, std::uint64_t first, std::uint64_t last) override {
    ++reads;
    return FaultyStreams::range(stream, first, last);
  }

  std::atomic<int> reads = 0;
};

/// A room in which two words were said, with thousands of comings and goings before, between and after them.
class MessageServiceTest : public StreamWorld {
 protected:
  static constexpr int kStretch = 10'000;
  /// A page's two chunks, the search among 30,000 entries (2^15) twice, and something for the reads of the state.
  static constexpr int kFewReads = 40;

  MessageServiceTest() {
    come_and_go();
    say("one");
    come_and_go();
    say("two");
    come_and_go();
    append_elsewhere(log_);
    counted_.reads = 0;
  }

  void come_and_go() {
    for (int i = 0; i < kStretch; ++i) {
      log_.push_back(room_.about(i % 2 == 0 ? kind::member_added : kind::member_removed, guest_));
    }
  }
  void say(const std::string& content) { log_.push_back(room_.message(content)); }

  /// The contents of a page, and "more" where there is more.
  std::vector<std::string> page(PageRequest request) {
    const Identity reader{room_.owner().id, room_.owner().username};
    const auto read = run(messages_.history(reader, room_.room_id(), request)).value();
    std::vector<std::string> found;
    for (const auto& entry : read.messages) found.push_back(entry.body);
    if (read.has_more) found.emplace_back("more");
    return found;
  }

  const Person guest_{new_id(), "guest"};
  std::vector<Entry> log_;
  LogBuilder room_ = make_room();
  CountingStreams counted_{store_.streams()};
  LocalBus bus_;
  LocalPubSub pubsub_{bus_};
  Hub hub_{loop_, counted_, states_, pool_, pubsub_, plain_frame};
  BusLink link_{pubsub_, hub_};
  LocalSharedCounters counters_{clock_};
  RateLimits limits_{Limits{}, clock_, SharedFailures(counters_, SecretKey{1})};
  MessageService messages_{{appender_, states_, counted_, pool_, link_}, limits_};
  const std::string one_ = message_body("one");
  const std::string two_ = message_body("two");
};

using Bodies = std::vector<std::string>;

TEST_F(MessageServiceTest, GoingForwardJumpsOverThousandsWithoutAMessage) {
  EXPECT_EQ(page({.after = 0}), (Bodies{one_, two_}));
  EXPECT_LE(counted_.reads, kFewReads);
}

TEST_F(MessageServiceTest, GoingForwardOneByOneMeetsEachOnce) {
  EXPECT_EQ(page({.after = 0, .limit = 1}), (Bodies{one_, "more"}));
  EXPECT_EQ(page({.after = kStretch + 1, .limit = 1}), (Bodies{one_, "more"}));
  EXPECT_EQ(page({.after = kStretch + 2, .limit = 1}), Bodies{two_});
  EXPECT_LE(counted_.reads, 3 * kFewReads);
}

TEST_F(MessageServiceTest, AfterTheLastMessageNothingMoreIsRead) {
  EXPECT_EQ(page({.after = 2 * kStretch + 3}), Bodies{});
  EXPECT_LE(counted_.reads, 1);
}

TEST_F(MessageServiceTest, GoingBackJumpsOverThousandsWithoutAMessage) {
  EXPECT_EQ(page({}), (Bodies{one_, two_}));
  EXPECT_EQ(page({.before = 2 * kStretch + 3}), Bodies{one_});
  EXPECT_EQ(page({.before = kStretch + 2}), Bodies{});
  EXPECT_LE(counted_.reads, 3 * kFewReads);
}

}  // namespace
}  // namespace parley::test
