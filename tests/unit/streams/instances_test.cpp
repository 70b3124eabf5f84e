#include "streams/instances.h"

#include "support/memory_instances.h"
#include "support/stream_world.h"

namespace parley::test {
namespace {

using std::chrono::seconds;

class InstancesTest : public StreamWorld {
 protected:
  InstancesTest() {
    here_.observe([this](const std::string& id, bool alive) { news_.push_back((alive ? "+" : "-") + id); });
  }

  void renew(Instances& instances) { run(instances.renew(1, true)); }
  /// Time goes by, a second at a step, in which `here` reads and the given ones renew.
  void pass(int steps, std::vector<Instances*> living = {}) {
    for (int i = 0; i < steps; ++i) {
      clock_.advance(seconds(1));
      for (auto* instance : living) renew(*instance);
      renew(here_);
    }
  }

  MemoryInstances store_of_leases_;
  Instances here_{store_of_leases_, pool_, clock_, "here"};
  Instances there_{store_of_leases_, pool_, clock_, "there"};
  std::vector<std::string> news_;
};

using News = std::vector<std::string>;

TEST_F(InstancesTest, AnInstanceIsKnownFromItsFirstLeaseAndItselfIsNotAmongTheOthers) {
  renew(here_);
  EXPECT_TRUE(here_.peers().empty());
  renew(there_);
  renew(here_);
  EXPECT_EQ(news_, News{"+there"});
  EXPECT_TRUE(here_.peers().at("there").alive);
}

TEST_F(InstancesTest, OneWhoseLeaseStaysAsItIsIsDeadAfterTenSeconds) {
  renew(there_);
  pass(10);
  EXPECT_EQ(news_, News{"+there"});
  pass(1);
  EXPECT_EQ(news_, (News{"+there", "-there"}));
  EXPECT_FALSE(here_.peers().at("there").alive);
}

TEST_F(InstancesTest, OneThatWasOnlyPausedIsBack) {
  renew(there_);
  pass(12);
  pass(1, {&there_});
  EXPECT_EQ(news_, (News{"+there", "-there", "+there"}));
}

TEST_F(InstancesTest, WhileTheStoreIsAwayNobodyDies) {
  renew(there_);
  pass(2, {&there_});
  store_of_leases_.fail(true);
  for (int i = 0; i < 60; ++i) {
    clock_.advance(seconds(1));
    EXPECT_THROW(renew(here_), StoreUnavailable);
  }
  store_of_leases_.fail(false);
  pass(1);
  EXPECT_EQ(news_, News{"+there"}) << "it could not renew either";
  pass(1, {&there_});
  EXPECT_EQ(news_, News{"+there"});
}

TEST_F(InstancesTest, OneThatLeavesIsGoneAtOnce) {
  renew(there_);
  pass(1);
  run(there_.leave());
  pass(1);
  EXPECT_EQ(news_, (News{"+there", "-there"}));
  EXPECT_TRUE(here_.peers().empty());
}

TEST_F(InstancesTest, TheLeaseOfALongDeadOneIsTakenOutOfTheStore) {
  renew(there_);
  pass(59);
  EXPECT_TRUE(store_of_leases_.holds("there"));
  pass(3);
  EXPECT_FALSE(store_of_leases_.holds("there"));
  EXPECT_EQ(news_, (News{"+there", "-there"}));
}

}  // namespace
}  // namespace parley::test
