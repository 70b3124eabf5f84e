#include "support/sqlite_test_store.h"

namespace parley::test {

SqliteTestStore::Open::Open(const std::filesystem::path& file) : database(file) {}

SqliteTestStore::SqliteTestStore() {
  reopen();
}

void SqliteTestStore::reopen() {
  open_.reset();
  open_ = std::make_unique<Open>(folder_ / "parley.db");
}

}  // namespace parley::test
