#pragma once

#include <functional>
#include <gtest/gtest.h>
#include <memory>
#include <string>
#include <vector>

#include "pubsub/notice_board.h"
#include "pubsub/pubsub.h"
#include "pubsub/shared_counters.h"
#include "support/loop_driver.h"

namespace parley::test {

/// Two instances on one bus that is up.
class TestBus {
 public:
  struct Instance {
    PubSub& pubsub;
    NoticeBoard& board;
    SharedCounters& counters;
  };

  virtual ~TestBus() = default;
  virtual Instance first() = 0;
  virtual Instance second() = 0;
};

struct BusKind {
  std::string name;
  std::function<std::unique_ptr<TestBus>(LoopDriver&)> make;
};

/// In process; Redis (PARLEY_TEST_REDIS_URL, or else a server of the tests' own); Redis with TLS, an ACL user that may
/// do only what is needed, and a database.
std::vector<BusKind> bus_kinds();

/// A test over each kind of bus. Names that start with `unique()` are the test's own: the server outlives it.
class BusTest : public ::testing::TestWithParam<BusKind> {
 protected:
  BusTest();

  TestBus::Instance first() { return bus_->first(); }
  TestBus::Instance second() { return bus_->second(); }
  const std::string& unique() const { return unique_; }
  bool run_until(const std::function<bool()>& is_so) { return driver_.run_until(is_so); }
  template <class T>
  T run(Task<T> task) {
    return driver_.run(std::move(task));
  }

  LoopDriver driver_;

 private:
  std::unique_ptr<TestBus> bus_;
  std::string unique_;
};

}  // namespace parley::test

#define PARLEY_ON_EVERY_BUS(suite)                                  \
  INSTANTIATE_TEST_SUITE_P(                                         \
      Buses, suite, ::testing::ValuesIn(parley::test::bus_kinds()), \
      [](const ::testing::TestParamInfo<parley::test::BusKind>& of_bus) { return of_bus.param.name; })
