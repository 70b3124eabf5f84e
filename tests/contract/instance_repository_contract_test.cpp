#include <algorithm>
#include <thread>

#include "contract/stores.h"
#include "support/mongo_test_store.h"

namespace parley::test {
namespace {

/// Only the store that several instances share has it.
class InstanceRepositoryContract : public ::testing::TestWithParam<int> {
 protected:
  InstanceRepository& instances() { return store_.instances(); }

  std::vector<InstanceLease> leases() {
    auto found = instances().all();
    std::sort(found.begin(), found.end(), [](const auto& a, const auto& b) { return a.instance_id < b.instance_id; });
    return found;
  }

  MongoTestStore store_;
};

TEST_P(InstanceRepositoryContract, ALeaseIsReadAsItWasLastRenewed) {
  instances().renew({"b", 1, 0, true});
  instances().renew({"a", 7, 2, true});
  instances().renew({"a", 8, 3, false});
  const auto found = leases();
  ASSERT_EQ(found.size(), 2u);
  EXPECT_EQ(found[0].instance_id, "a");
  EXPECT_EQ(found[0].counter, 8u);
  EXPECT_EQ(found[0].links, 3u);
  EXPECT_FALSE(found[0].links_up);
  EXPECT_EQ(found[1].instance_id, "b");
  EXPECT_TRUE(found[1].links_up);
}

TEST_P(InstanceRepositoryContract, ARemovedLeaseIsGone) {
  instances().renew({"a", 1, 0, true});
  instances().renew({"b", 1, 0, true});
  instances().remove("a");
  instances().remove("a");
  const auto found = leases();
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].instance_id, "b");
}

TEST_P(InstanceRepositoryContract, AllWhoAskForTheDeploymentsIdGetTheSame) {
  std::vector<std::string> ids(6);
  std::vector<std::thread> threads;
  for (auto& id : ids) threads.emplace_back([&] { id = instances().deployment_id(); });
  for (auto& thread : threads) thread.join();
  EXPECT_FALSE(ids[0].empty());
  for (const auto& id : ids) EXPECT_EQ(id, ids[0]);
  store_.reopen();
  EXPECT_EQ(instances().deployment_id(), ids[0]);
}

GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(InstanceRepositoryContract);
INSTANTIATE_TEST_SUITE_P(Stores, InstanceRepositoryContract,
                         ::testing::ValuesIn(MongoTestStore::url().empty() ? std::vector<int>{} : std::vector<int>{0}),
                         [](const auto&) { return "mongodb"; });

}  // namespace
}  // namespace parley::test
