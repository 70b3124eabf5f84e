#include "streams/channel.h"

#include <gtest/gtest.h>

#include "support/entries.h"
#include "support/recording_subscriber.h"

namespace parley {
namespace {

using test::kRoom;
using test::message_at;
using test::RecordingSubscriber;
using test::removal_at;
using Seqs = std::vector<std::uint64_t>;

class ChannelTest : public testing::Test {
 protected:
  std::shared_ptr<RecordingSubscriber> subscribe(std::uint64_t cursor, const std::string& user = "ada") {
    auto subscriber = std::make_shared<RecordingSubscriber>(user);
    channel.add(subscriber, cursor, channel.last());
    return subscriber;
  }

  Channel channel{kRoom, test::plain_frame, {}};
};

TEST_F(ChannelTest, a_live_subscriber_gets_each_entry_once_in_order) {
  channel.start(4);
  const auto ada = subscribe(4);
  for (const std::uint64_t seq : {5, 6, 7}) channel.accept(message_at(seq));
  EXPECT_EQ(ada->seqs(), (Seqs{5, 6, 7}));
}

/// Notes where the bytes lie that it is given.
class AddressNoter : public RecordingSubscriber {
 public:
  void deliver(const Frame& frame) override { addresses.push_back(frame.view().data()); }
  std::vector<const char*> addresses;
};

TEST_F(ChannelTest, an_entry_is_framed_once_for_all_subscribers) {
  channel.start(4);
  std::vector<std::shared_ptr<AddressNoter>> crowd(3);
  for (auto& one : crowd) channel.add(one = std::make_shared<AddressNoter>(), 4, 4);
  channel.accept(message_at(5));
  ASSERT_EQ(crowd[0]->addresses.size(), 1u);
  for (const auto& one : crowd) EXPECT_EQ(one->addresses, crowd[0]->addresses);
}

TEST_F(ChannelTest, an_entry_that_comes_twice_is_delivered_once) {
  channel.start(4);
  const auto ada = subscribe(4);
  EXPECT_EQ(channel.accept(message_at(5)), Channel::Accepted::delivered);
  EXPECT_EQ(channel.accept(message_at(5)), Channel::Accepted::old);
  EXPECT_EQ(channel.accept(message_at(3)), Channel::Accepted::old);
  EXPECT_EQ(ada->seqs(), (Seqs{5}));
}

TEST_F(ChannelTest, a_later_entry_waits_for_the_one_before_it) {
  channel.start(0);
  const auto ada = subscribe(0);
  EXPECT_EQ(channel.accept(message_at(3)), Channel::Accepted::early);
  EXPECT_EQ(channel.accept(message_at(2)), Channel::Accepted::early);
  EXPECT_TRUE(channel.has_gap());
  EXPECT_EQ(ada->seqs(), Seqs{});
  channel.accept(message_at(1));
  EXPECT_EQ(ada->seqs(), (Seqs{1, 2, 3}));
  EXPECT_FALSE(channel.has_gap());
}

TEST_F(ChannelTest, entries_that_come_before_the_head_is_known_are_kept) {
  channel.accept(message_at(8));
  channel.accept(message_at(7));
  channel.accept(message_at(5));
  channel.start(6);
  EXPECT_EQ(channel.last(), 8u);
  EXPECT_FALSE(channel.has_gap());
}

TEST_F(ChannelTest, early_entries_past_the_bound_are_dropped_and_known_to_be_missing) {
  channel.start(0);
  const auto ada = subscribe(0);
  for (std::uint64_t seq = 2; seq < Channel::kEarly + 10; ++seq) channel.accept(message_at(seq));
  channel.accept(message_at(1));
  EXPECT_EQ(channel.last(), Channel::kEarly + 1);
  EXPECT_TRUE(channel.has_gap()) << "what was dropped exists, and has to be read from the store";
  channel.repaired();
  EXPECT_FALSE(channel.has_gap());
}

TEST_F(ChannelTest, who_is_behind_gets_the_missed_entries_from_the_ring_and_then_lives) {
  channel.start(0);
  for (std::uint64_t seq = 1; seq <= 9; ++seq) channel.accept(message_at(seq));
  const auto ada = subscribe(6);
  channel.accept(message_at(10));
  EXPECT_EQ(ada->seqs(), Seqs{}) << "nothing overtakes what was missed";
  auto* subscription = channel.find(ada.get(), 1);
  ASSERT_NE(subscription, nullptr);
  ASSERT_TRUE(channel.give_from_ring(*subscription));
  EXPECT_TRUE(subscription->live);
  channel.accept(message_at(11));
  EXPECT_EQ(ada->seqs(), (Seqs{7, 8, 9, 10, 11}));
}

TEST_F(ChannelTest, nobody_is_given_more_of_the_past_than_there_is_room_for) {
  channel.start(0);
  for (std::uint64_t seq = 1; seq <= 9; ++seq) channel.accept(message_at(seq));
  const auto ada = subscribe(0);
  ada->room = 3;
  auto* subscription = channel.find(ada.get(), 1);
  ASSERT_TRUE(channel.give_from_ring(*subscription));
  EXPECT_EQ(ada->seqs(), (Seqs{1, 2, 3}));
  EXPECT_FALSE(subscription->live);
  ada->room = 5;
  channel.give(*subscription,
               std::vector{framed(message_at(4), test::plain_frame), framed(message_at(5), test::plain_frame),
                           framed(message_at(6), test::plain_frame)});
  EXPECT_EQ(ada->seqs(), (Seqs{1, 2, 3, 4, 5}));
  EXPECT_EQ(subscription->cursor, 5u);
}

TEST_F(ChannelTest, what_the_ring_has_lost_must_come_from_the_store) {
  channel.start(0);
  for (std::uint64_t seq = 1; seq <= Channel::kRing + 5; ++seq) channel.accept(message_at(seq));
  const auto ada = subscribe(3);
  auto* subscription = channel.find(ada.get(), 1);
  EXPECT_FALSE(channel.give_from_ring(*subscription));
  channel.give(*subscription,
               std::vector{framed(message_at(4), test::plain_frame), framed(message_at(5), test::plain_frame)});
  EXPECT_EQ(subscription->cursor, 5u);
  ASSERT_TRUE(channel.give_from_ring(*subscription));
  EXPECT_EQ(ada->seqs().front(), 4u);
  EXPECT_EQ(ada->seqs().size(), Channel::kRing + 2);
}

TEST_F(ChannelTest, the_ring_is_bounded_in_bytes) {
  channel.start(0);
  auto large = message_at(1);
  large.body = message_body(std::string(16'000, 'x'));
  for (std::uint64_t seq = 1; seq <= 200; ++seq) {
    large.seq = seq;
    channel.accept(large);
  }
  const auto ada = subscribe(100);
  EXPECT_FALSE(channel.give_from_ring(*channel.find(ada.get(), 1)));
}

TEST_F(ChannelTest, who_is_removed_gets_the_removal_and_nothing_after_it) {
  channel.start(0);
  const auto ada = subscribe(0, "ada");
  const auto grace = subscribe(0, "grace");
  channel.accept(message_at(1));
  channel.accept(removal_at(2, "ada"));
  channel.accept(message_at(3));
  EXPECT_EQ(ada->seqs(), (Seqs{1, 2}));
  EXPECT_EQ(grace->seqs(), (Seqs{1, 2, 3}));
  const auto ended = channel.take_ended();
  ASSERT_EQ(ended.size(), 1u);
  EXPECT_EQ(ended.front(), ada);
}

TEST_F(ChannelTest, who_is_removed_while_catching_up_gets_nothing_after_the_removal) {
  channel.start(0);
  channel.accept(message_at(1));
  channel.accept(message_at(2));
  const auto ada = subscribe(0, "ada");
  channel.accept(removal_at(3, "ada"));
  channel.accept(message_at(4));
  auto* subscription = channel.find(ada.get(), 1);
  ASSERT_TRUE(channel.give_from_ring(*subscription));
  EXPECT_EQ(ada->seqs(), (Seqs{1, 2, 3}));
  EXPECT_FALSE(subscription->live);
  EXPECT_EQ(channel.take_ended().size(), 1u);
}

TEST_F(ChannelTest, a_removal_before_the_subscription_is_history) {
  channel.start(0);
  channel.accept(removal_at(1, "ada"));
  channel.accept(message_at(2));
  const auto ada = subscribe(0, "ada");
  ASSERT_TRUE(channel.give_from_ring(*channel.find(ada.get(), 1)));
  EXPECT_EQ(ada->seqs(), (Seqs{1, 2}));
  EXPECT_TRUE(channel.take_ended().empty());
}

TEST_F(ChannelTest, a_deleted_room_ends_everybodys_subscription) {
  channel.start(0);
  const auto ada = subscribe(0, "ada");
  const auto grace = subscribe(0, "grace");
  auto tombstone = message_at(1);
  tombstone.kind = kind::room_deleted;
  tombstone.body = "{}";
  channel.accept(tombstone);
  EXPECT_EQ(channel.take_ended().size(), 2u);
  EXPECT_TRUE(channel.empty());
}

TEST_F(ChannelTest, a_subscription_made_anew_is_not_taken_for_the_old_one) {
  channel.start(0);
  const auto ada = subscribe(0);
  channel.accept(message_at(1));
  ASSERT_TRUE(channel.remove(ada.get()));
  const auto id = channel.add(ada, 0, channel.last()).id;
  EXPECT_EQ(channel.find(ada.get(), 1), nullptr);
  ASSERT_TRUE(channel.give_from_ring(*channel.find(ada.get(), id)));
  channel.accept(message_at(2));
  EXPECT_EQ(ada->seqs(), (Seqs{1, 1, 2})) << "asked for again by its own `after`";
}

TEST_F(ChannelTest, an_entry_of_an_unknown_kind_is_delivered_as_stored) {
  channel.start(0);
  const auto ada = subscribe(0);
  auto entry = message_at(1);
  entry.kind = "poll_opened";
  entry.body = R"({"question":"tea?"})";
  channel.accept(entry);
  ASSERT_EQ(ada->frames.size(), 1u);
  EXPECT_NE(ada->frames[0].find(R"("type":"poll_opened")"), std::string::npos);
  EXPECT_NE(ada->frames[0].find(R"("question":"tea?")"), std::string::npos);
}

TEST_F(ChannelTest, a_broadcast_reaches_all_but_the_one_it_is_about) {
  channel.start(0);
  const auto ada = subscribe(0, "ada");
  const auto grace = subscribe(0, "grace");
  channel.broadcast(test::plain_frame("{}"), "ada");
  EXPECT_TRUE(ada->frames.empty());
  EXPECT_EQ(grace->frames.size(), 1u);
}

}  // namespace
}  // namespace parley
