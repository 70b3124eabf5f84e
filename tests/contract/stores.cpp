#include "contract/stores.h"

#include "support/mongo_test_store.h"
#include "support/sqlite_test_store.h"

namespace parley::test {

std::vector<StoreKind> store_kinds() {
  std::vector<StoreKind> kinds{{"sqlite", [] { return std::make_unique<SqliteTestStore>(); }}};
  // `make test` always gives a server (tests/run).
  if (!MongoTestStore::url().empty()) kinds.push_back({"mongodb", [] { return std::make_unique<MongoTestStore>(); }});
  return kinds;
}

}  // namespace parley::test
