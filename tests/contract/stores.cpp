#include "contract/stores.h"

#include "support/sqlite_test_store.h"

namespace parley::test {

std::vector<StoreKind> store_kinds() {
  return {{"sqlite", [] { return std::make_unique<SqliteTestStore>(); }}};
}

}  // namespace parley::test
