#include "contract/buses.h"

namespace parley::test {
namespace {

using std::chrono::seconds;

class SharedCountersContract : public BusTest {
 protected:
  SharedCounters::Count read(SharedCounters& counters, const std::string& what = "failures") {
    const auto count = run(counters.read(name(what)));
    EXPECT_TRUE(count.has_value()) << "the bus is away";
    return count.value_or(SharedCounters::Count{999, {}});
  }

  std::string name(const std::string& what = "failures") { return unique() + what; }
};

TEST_P(SharedCountersContract, WhatWasNeverCountedIsZero) {
  EXPECT_EQ(read(first().counters).value, 0u);
  EXPECT_EQ(read(first().counters).left, seconds(0));
}

TEST_P(SharedCountersContract, TheCountsOfAllInstancesAreOne) {
  for (int i = 0; i < 3; ++i) first().counters.add(name(), seconds(60));
  EXPECT_EQ(read(first().counters).value, 3u);
  second().counters.add(name(), seconds(60));
  second().counters.add(name("other"), seconds(60));
  EXPECT_EQ(read(second().counters).value, 4u);
  EXPECT_EQ(read(first().counters).value, 4u);
  EXPECT_EQ(read(first().counters, "other").value, 1u);
}

TEST_P(SharedCountersContract, ItTellsHowLongTheCountStands) {
  first().counters.add(name(), seconds(60));
  const auto left = read(first().counters).left;
  EXPECT_GE(left, seconds(50));
  EXPECT_LE(left, seconds(60));
}

TEST_P(SharedCountersContract, ACountStartsAnewWhenItsWindowIsOverHoweverLateTheLastOneCame) {
  first().counters.add(name(), seconds(1));
  EXPECT_EQ(read(first().counters).value, 1u);
  driver_.run_for(std::chrono::milliseconds(700));
  first().counters.add(name(), seconds(1));
  EXPECT_EQ(read(first().counters).value, 2u);
  driver_.run_for(std::chrono::milliseconds(400));
  EXPECT_EQ(read(first().counters).value, 0u);
  first().counters.add(name(), seconds(60));
  EXPECT_EQ(read(first().counters).value, 1u);
}

PARLEY_ON_EVERY_BUS(SharedCountersContract);

}  // namespace
}  // namespace parley::test
