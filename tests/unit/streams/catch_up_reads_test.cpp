#include "streams/catch_up_reads.h"

#include <gtest/gtest.h>

#include "core/error.h"
#include "core/event_loop.h"
#include "support/entries.h"
#include "support/recording_subscriber.h"
#include "support/run_task.h"

namespace parley {
namespace {

using Span = std::pair<std::uint64_t, std::uint64_t>;

class CatchUpReadsTest : public testing::Test {
 protected:
  Task<std::vector<Entry>> read(std::uint64_t first, std::uint64_t last) {
    asked.emplace_back(first, last);
    co_await sleep_for(takes);
    if (fails) throw StoreUnavailable("as the test wants it");
    std::vector<Entry> entries;
    for (auto seq = first; seq <= last; ++seq) {
      if (seq == missing) continue;
      entries.push_back(test::message_at(seq));
      entries.back().body = message_body(content);
    }
    co_return entries;
  }

  /// What somebody gets who asks while others do: how many entries from there on, or why none.
  std::shared_ptr<std::string> ask(std::uint64_t seq) {
    auto got = std::make_shared<std::string>();
    spawn_logged(loop.executor(), "ask", [this, seq, got] { return note(seq, got); });
    return got;
  }

  Task<> note(std::uint64_t seq, std::shared_ptr<std::string> got) {
    try {
      const auto block = co_await reads.block_with(seq, 1000);
      *got = block ? std::to_string(block->from(seq).size()) : "nothing";
    } catch (const StoreUnavailable&) {
      *got = "failed";
    }
  }

  void run() {
    loop.context().restart();
    loop.context().run_for(std::chrono::milliseconds(200));
  }

  /// How many entries from there on.
  std::size_t with(std::uint64_t seq, std::uint64_t last = 1000) {
    const auto block = test::run_task(loop.context(), reads.block_with(seq, last));
    return block->from(seq).size();
  }

  EventLoop loop;
  std::vector<Span> asked;
  bool fails = false;
  std::chrono::milliseconds takes{0};
  std::uint64_t missing = 0;
  std::string content = "hello";
  CatchUpReads reads{loop.executor(), test::plain_frame,
                     [this](std::uint64_t first, std::uint64_t last) { return read(first, last); }};
  CatchUpReads::Reader reader{reads};
};

TEST_F(CatchUpReadsTest, WhatWasReadIsNotReadAgainWhileAnybodyIsBehind) {
  EXPECT_EQ(with(11), 100u);
  EXPECT_EQ(with(60), 51u);
  EXPECT_EQ(with(110), 1u);
  EXPECT_EQ(asked, (std::vector<Span>{{11, 110}}));
}

TEST_F(CatchUpReadsTest, WhoMissedMoreReadsUpToWhatIsThere) {
  with(50);
  EXPECT_EQ(with(11), 39u);
  EXPECT_EQ(asked, (std::vector<Span>{{50, 149}, {11, 49}}));
}

TEST_F(CatchUpReadsTest, NothingIsAskedForBeyondTheEnd) {
  EXPECT_EQ(with(11, 20), 10u);
  // More was written since.
  EXPECT_EQ(with(21, 25), 5u);
  EXPECT_EQ(asked, (std::vector<Span>{{11, 20}, {21, 25}}));
}

TEST_F(CatchUpReadsTest, AFailedReadIsToldAndNotKept) {
  fails = true;
  EXPECT_THROW(with(11), StoreUnavailable);
  fails = false;
  EXPECT_EQ(with(11), 100u);
}

TEST_F(CatchUpReadsTest, WhoAsksWhileItIsReadWaitsForThatRead) {
  takes = std::chrono::milliseconds(20);
  const auto ada = ask(11);
  const auto grace = ask(60);
  const auto linus = ask(111);
  run();
  EXPECT_EQ(*ada, "100");
  EXPECT_EQ(*grace, "51");
  EXPECT_EQ(*linus, "100");
  EXPECT_EQ(asked, (std::vector<Span>{{11, 110}, {111, 210}}));
}

TEST_F(CatchUpReadsTest, WhoWaitedForAReadThatFailedGetsNothingAndMayAskAgain) {
  takes = std::chrono::milliseconds(20);
  fails = true;
  const auto ada = ask(11);
  const auto grace = ask(60);
  run();
  EXPECT_EQ(*ada, "failed");
  EXPECT_EQ(*grace, "nothing");
  fails = false;
  EXPECT_EQ(with(60), 100u);
}

TEST_F(CatchUpReadsTest, NothingBehindAGapIsGiven) {
  missing = 15;
  EXPECT_EQ(with(11), 4u);
  EXPECT_THROW(with(15), StoreUnavailable);
  EXPECT_EQ(with(16), 100u);
}

TEST_F(CatchUpReadsTest, OfWhatIsBeyondTheBoundTheOldestIsReadAgain) {
  content = std::string(4000, 'x');  // 100 entries are 400 kB
  for (const std::uint64_t seq : {1, 101, 201}) with(seq);
  asked.clear();
  with(101);
  with(201);
  EXPECT_EQ(asked, std::vector<Span>{});
  with(1);
  EXPECT_EQ(asked, (std::vector<Span>{{1, 100}}));
}

}  // namespace
}  // namespace parley
