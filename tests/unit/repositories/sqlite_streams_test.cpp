#include <atomic>
#include <gtest/gtest.h>
#include <thread>

#include "support/log_builder.h"
#include "support/sqlite_test_store.h"

namespace parley::test {
namespace {

TEST(SqliteStreams, ReadersNeverSeeAPartOfABatch) {
  SqliteTestStore store;
  LogBuilder log;
  std::atomic<bool> done{false};
  std::thread writer([&] {
    for (int i = 0; i < 50; ++i) store.streams().append(std::vector{log.message(), log.message(), log.message()});
    done = true;
  });
  while (!done) {
    const auto head = store.streams().head(log.stream());
    EXPECT_EQ(head.seq % 3, 0u);
    EXPECT_EQ(head.messages, head.seq);
  }
  writer.join();
}

}  // namespace
}  // namespace parley::test
