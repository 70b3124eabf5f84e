#include "streams/turns.h"

#include <gtest/gtest.h>

namespace parley::test {
namespace {

using namespace std::chrono_literals;

class TurnsTest : public ::testing::Test {
 protected:
  /// A batch of `count` entries that took 2 ms.
  Turns::Duration commit(std::uint64_t count = 1) {
    const auto first = next_;
    next_ += count;
    const auto began = now_;
    now_ += round_trip_;
    return turns_.rest_after("r/1", {.first = first, .last = next_ - 1, .began = began, .ended = now_});
  }
  void other_instance_writes(std::uint64_t count = 1) { next_ += count; }

  static double millis(Turns::Duration duration) { return std::chrono::duration<double, std::milli>(duration).count(); }

  std::uint64_t next_ = 1;
  Turns::Time now_ = Turns::Time{} + 1h;
  double dice_ = 1;
  std::chrono::milliseconds round_trip_{2};
  Turns turns_{[this] { return dice_; }};
};

TEST_F(TurnsTest, WhoWritesAloneNowAndThenNeverRests) {
  for (int i = 0; i < 100; ++i) {
    EXPECT_EQ(commit(), 0ms);
    now_ += 60ms;
  }
}

TEST_F(TurnsTest, WhoWritesAloneWithoutAPauseMakesOneNowAndThen) {
  Turns::Duration rested{};
  const auto begin = now_;
  while (now_ - begin < 2s) {
    const auto rest = commit(64);
    rested += rest;
    now_ += rest;
  }
  EXPECT_GE(rested, 250ms);
  EXPECT_LE(rested, 400ms);
}

TEST_F(TurnsTest, OnASlowStoreThePauseIsLongEnoughForAnothersTurn) {
  round_trip_ = 40ms;
  Turns::Duration longest{};
  for (int i = 0; i < 20; ++i) {
    const auto rest = commit();
    longest = std::max(longest, rest);
    now_ += rest + 60ms;  // which is no pause there
  }
  EXPECT_EQ(longest, 160ms);
}

TEST_F(TurnsTest, WhereOthersWriteAsMuchWhoCommittedRestsForTwiceTheirRoundTrips) {
  for (int i = 0; i < 100; ++i) {
    commit();
    other_instance_writes();
  }
  EXPECT_NEAR(millis(commit()), 8, 0.5) << "two round trips of 2 ms, twice";
  dice_ = 0.25;
  other_instance_writes();
  EXPECT_NEAR(millis(commit()), 2, 0.5);
  now_ += 1100ms;
  EXPECT_EQ(commit(), 0ms) << "nobody else has written for a second";
}

TEST_F(TurnsTest, WhoWroteMostOfLateRestsLongerAndWhoWroteLeastShorter) {
  const auto rest_where = [this](std::uint64_t own, std::uint64_t others) {
    Turns::Duration rest{};
    for (int i = 0; i < 100; ++i) {
      other_instance_writes(others);
      rest = commit(own);
    }
    return millis(rest);
  };
  EXPECT_GT(rest_where(9, 1), 20);
  EXPECT_LT(rest_where(1, 9), 1);
}

TEST_F(TurnsTest, TheRestIsAsLongAsCatchingUpTookHere) {
  for (int i = 0; i < 100; ++i) {
    commit();
    other_instance_writes();
  }
  turns_.lost("r/1", now_);
  now_ += 28ms;
  turns_.lost("r/1", now_);
  now_ += 10ms;
  EXPECT_NEAR(millis(commit()), 80, 5) << "twice the 40 ms from the first that was lost";
}

TEST_F(TurnsTest, ARestIsNeverLong) {
  commit();
  turns_.lost("r/1", now_);
  now_ += 5s;
  turns_.lost("r/1", now_);
  EXPECT_EQ(commit(), Turns::kLongest);
}

TEST_F(TurnsTest, OneStreamsRestIsNoneOfAnothersBusiness) {
  commit();
  turns_.lost("r/2", now_);
  EXPECT_EQ(commit(), 0ms);
}

}  // namespace
}  // namespace parley::test
