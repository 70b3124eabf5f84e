#include "streams/append_queue.h"

#include <gtest/gtest.h>

namespace parley {
namespace {

using Names = std::vector<std::string>;
constexpr std::chrono::steady_clock::time_point kStart{std::chrono::hours(1)};

PendingAppend pending(const std::string& stream, const std::string& key, std::chrono::seconds deadline = {}) {
  PendingAppend waiting;
  waiting.proposal.stream = stream;
  waiting.proposal.key = key;
  waiting.deadline = kStart + deadline;
  return waiting;
}

Names keys_of(std::vector<PendingAppend> all) {
  Names keys;
  for (const auto& one : all) keys.push_back(one.proposal.key);
  return keys;
}

TEST(AppendQueue, NothingWaitsAtFirst) {
  AppendQueue queue;
  EXPECT_EQ(queue.hold_next(), std::nullopt);
  EXPECT_EQ(queue.front("a"), nullptr);
  EXPECT_EQ(queue.size(), 0u);
}

TEST(AppendQueue, AStreamsProposalsKeepTheirOrder) {
  AppendQueue queue;
  for (const auto* key : {"1", "2", "3"}) queue.push(pending("a", key));
  EXPECT_EQ(queue.pop_front("a").proposal.key, "1");
  EXPECT_EQ(queue.size(), 2u);
  EXPECT_EQ(keys_of(queue.take_all("a")), (Names{"2", "3"}));
  EXPECT_EQ(queue.size(), 0u);
}

TEST(AppendQueue, StreamsAreOfferedInTurn) {
  AppendQueue queue;
  for (const auto* stream : {"a", "b", "a", "c"}) queue.push(pending(stream, "k"));
  EXPECT_EQ(queue.hold_next(), "a");
  EXPECT_EQ(queue.hold_next(), "b");
  EXPECT_EQ(queue.hold_next(), "c");
  EXPECT_EQ(queue.hold_next(), std::nullopt);
}

TEST(AppendQueue, AHeldStreamIsNotOfferedUntilItIsReleased) {
  AppendQueue queue;
  queue.push(pending("a", "1"));
  EXPECT_EQ(queue.hold_next(), "a");
  queue.push(pending("a", "2"));
  EXPECT_EQ(queue.hold_next(), std::nullopt);
  queue.release("a");
  EXPECT_EQ(queue.hold_next(), "a");
}

TEST(AppendQueue, AStreamThatGoesOnIsOfferedAfterTheOthers) {
  AppendQueue queue;
  for (const auto* key : {"1", "2"}) queue.push(pending("busy", key));
  EXPECT_EQ(queue.hold_next(), "busy");
  queue.push(pending("quiet", "1"));
  queue.release("busy");
  EXPECT_EQ(queue.hold_next(), "quiet");
  EXPECT_EQ(queue.hold_next(), "busy");
}

TEST(AppendQueue, WhatIsPutBackComesFirst) {
  AppendQueue queue;
  queue.push(pending("a", "3"));
  std::vector<PendingAppend> back;
  back.push_back(pending("a", "1"));
  back.push_back(pending("a", "2"));
  queue.push_front("a", std::move(back));
  EXPECT_EQ(queue.size(), 3u);
  EXPECT_EQ(keys_of(queue.take_all("a")), (Names{"1", "2", "3"}));
}

TEST(AppendQueue, WhatHasExpiredIsTakenWithWhatWaitsBehindItAndTheRestStays) {
  AppendQueue queue;
  queue.push(pending("a", "old", std::chrono::seconds(1)));
  queue.push(pending("a", "behind it", std::chrono::seconds(9)));
  queue.push(pending("b", "older", std::chrono::seconds(0)));
  queue.push(pending("c", "new", std::chrono::seconds(9)));
  auto expired = keys_of(queue.take_expired(kStart + std::chrono::seconds(1)));
  std::sort(expired.begin(), expired.end());
  EXPECT_EQ(expired, (Names{"behind it", "old", "older"}));
  EXPECT_EQ(queue.size(), 1u);
  EXPECT_EQ(queue.hold_next(), "c");
  EXPECT_EQ(queue.hold_next(), std::nullopt);
}

}  // namespace
}  // namespace parley
