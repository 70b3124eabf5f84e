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
    now_ += 2ms;
    return turns_.rest_after("r/1", {.first = first, .last = next_ - 1, .began = began, .ended = now_});
  }
  void other_instance_writes(std::uint64_t count = 1) { next_ += count; }

  std::uint64_t next_ = 1;
  Turns::Time now_ = Turns::Time{} + 1h;
  double dice_ = 1;
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

TEST_F(TurnsTest, WhereAnotherWroteBetweenWhoCommittedRests) {
  EXPECT_EQ(commit(), 0ms);
  other_instance_writes();
  EXPECT_EQ(commit(), 8ms) << "twice the two round trips that the other needs";
  dice_ = 0.25;
  EXPECT_EQ(commit(), 2ms);
  now_ += 1100ms;
  EXPECT_EQ(commit(), 0ms) << "it has written nothing for a second";
}

TEST_F(TurnsTest, TheRestIsAsLongAsCatchingUpTookHere) {
  commit();
  turns_.lost("r/1", now_);
  now_ += 28ms;
  turns_.lost("r/1", now_);
  now_ += 10ms;
  EXPECT_EQ(commit(), 80ms) << "twice the 40 ms from the first that was lost";
}

TEST_F(TurnsTest, ARestIsNeverLong) {
  commit();
  turns_.lost("r/1", now_);
  now_ += 5s;
  EXPECT_EQ(commit(), Turns::kLongest);
}

TEST_F(TurnsTest, OneStreamsRestIsNoneOfAnothersBusiness) {
  commit();
  turns_.lost("r/2", now_);
  EXPECT_EQ(commit(), 0ms);
}

}  // namespace
}  // namespace parley::test
