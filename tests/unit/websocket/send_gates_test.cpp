#include "websocket/send_gates.h"

#include <gtest/gtest.h>

namespace parley::websocket {
namespace {

class SendGatesTest : public ::testing::Test {
 protected:
  const Error busy{Code::busy, "busy", {}, 2};
  SendGates gates;
  SendGates::Time now{};
};

TEST_F(SendGatesTest, what_comes_behind_a_failed_send_gets_its_answer_until_that_one_comes_again) {
  EXPECT_EQ(gates.closed("room", "a", now), nullptr);
  gates.close("room", "a", busy, now);
  ASSERT_NE(gates.closed("room", "b", now), nullptr);
  EXPECT_EQ(gates.closed("room", "b", now)->code, Code::busy);
  EXPECT_EQ(gates.closed("other room", "b", now), nullptr);
  EXPECT_EQ(gates.closed("room", "a", now), nullptr);
  EXPECT_EQ(gates.closed("room", "b", now), nullptr);
}

TEST_F(SendGatesTest, or_until_its_time_is_over) {
  gates.close("room", "a", busy, now);
  EXPECT_NE(gates.closed("room", "b", now + std::chrono::milliseconds(1999)), nullptr);
  EXPECT_EQ(gates.closed("room", "b", now + std::chrono::seconds(2)), nullptr);
}

TEST_F(SendGatesTest, the_oldest_failure_counts_while_its_time_lasts_and_a_later_one_after_it) {
  gates.close("room", "a", busy, now);
  gates.close("room", "b", busy, now + std::chrono::seconds(1));
  EXPECT_EQ(gates.closed("room", "b", now + std::chrono::seconds(2)), nullptr);
  gates.close("room", "a", busy, now);
  gates.close("room", "b", busy, now + std::chrono::seconds(2));
  EXPECT_NE(gates.closed("room", "c", now + std::chrono::seconds(3)), nullptr);
}

TEST_F(SendGatesTest, are_bounded_and_what_is_over_makes_room) {
  for (std::size_t i = 0; i < SendGates::kMax; ++i) EXPECT_TRUE(gates.close(std::to_string(i), "a", busy, now));
  EXPECT_FALSE(gates.close("one more", "a", busy, now));
  EXPECT_TRUE(gates.close("0", "b", busy, now)) << "that one is closed already";
  EXPECT_EQ(gates.size(), SendGates::kMax);
  EXPECT_TRUE(gates.close("one more", "a", busy, now + std::chrono::seconds(2)));
  EXPECT_EQ(gates.size(), 1u);
}

}  // namespace
}  // namespace parley::websocket
