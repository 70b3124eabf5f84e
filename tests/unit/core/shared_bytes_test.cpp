#include "core/shared_bytes.h"

#include <gtest/gtest.h>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace parley {
namespace {

TEST(SharedBytes, holds_head_and_tail_behind_one_another) {
  EXPECT_EQ(SharedBytes::join("head", "tail").view(), "headtail");
  EXPECT_EQ(SharedBytes::join("", "tail").view(), "tail");
  EXPECT_EQ(SharedBytes::join("head", "").view(), "head");
  EXPECT_EQ(SharedBytes::join({}, {}).view(), "");
}

TEST(SharedBytes, is_empty_until_given_bytes) {
  EXPECT_EQ(SharedBytes().size(), 0u);
}

TEST(SharedBytes, copies_share_the_same_bytes) {
  const SharedBytes bytes = SharedBytes::join("a", "b");
  const SharedBytes copy = bytes;  // NOLINT(performance-unnecessary-copy-initialization)
  EXPECT_EQ(copy.view().data(), bytes.view().data());
}

TEST(SharedBytes, bytes_outlive_all_owners_but_the_last) {
  SharedBytes last;
  {
    const SharedBytes first = SharedBytes::join("still ", "here");
    last = first;
  }
  EXPECT_EQ(last.view(), "still here");
}

TEST(SharedBytes, survives_assignment_to_itself) {
  SharedBytes bytes = SharedBytes::join("a", "b");
  const SharedBytes& same = bytes;
  bytes = same;
  EXPECT_EQ(bytes.view(), "ab");
}

TEST(SharedBytes, a_moved_from_handle_is_empty) {
  SharedBytes from = SharedBytes::join("a", "b");
  const SharedBytes to = std::move(from);
  EXPECT_EQ(to.view(), "ab");
  EXPECT_EQ(from.size(), 0u);  // NOLINT(bugprone-use-after-move)
}

// Worth running under the thread sanitizer.
TEST(SharedBytes, may_be_shared_between_threads) {
  const SharedBytes bytes = SharedBytes::join("many", "threads");
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([mine = bytes] {
      for (int round = 0; round < 1000; ++round) {
        const SharedBytes copy = mine;
        ASSERT_EQ(copy.size(), 11u);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(bytes.view(), "manythreads");
}

}  // namespace
}  // namespace parley
