#pragma once

#include <functional>
#include <gtest/gtest.h>
#include <memory>
#include <string>
#include <vector>

#include "support/test_store.h"

namespace parley::test {

/// One implementation of the repositories. Every suite in this folder runs on each.
struct StoreKind {
  std::string name;
  std::function<std::unique_ptr<TestStore>()> make;
};

/// MongoDB only where PARLEY_TEST_MONGODB_URL names a server.
std::vector<StoreKind> store_kinds();

/// A test over an empty store of each kind. Use it as
///   using RoomRepositoryContract = StoreTest;
///   TEST_P(RoomRepositoryContract, ANameIsClaimedOnce) { store().rooms()… }
///   PARLEY_ON_EVERY_STORE(RoomRepositoryContract);
class StoreTest : public ::testing::TestWithParam<StoreKind> {
 protected:
  TestStore& store() { return *store_; }

 private:
  std::unique_ptr<TestStore> store_ = GetParam().make();
};

}  // namespace parley::test

#define PARLEY_ON_EVERY_STORE(suite)                                   \
  INSTANTIATE_TEST_SUITE_P(                                            \
      Stores, suite, ::testing::ValuesIn(parley::test::store_kinds()), \
      [](const ::testing::TestParamInfo<parley::test::StoreKind>& of_store) { return of_store.param.name; })
