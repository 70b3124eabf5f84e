#include "contract/stores.h"

#include "support/mongo_test_store.h"
#include "support/sqlite_test_store.h"

namespace parley::test {

std::vector<StoreKind> store_kinds() {
  std::vector<StoreKind> kinds{{"sqlite", [] { return std::make_unique<SqliteTestStore>(); }}};
  // `make test` always gives a server (tests/run).
  if (MongoTestStore::url().empty()) return kinds;
  kinds.push_back({"mongodb", [] { return std::make_unique<MongoTestStore>(); }});
  // As on a real MongoDB, also where the tests' server is none.
  kinds.push_back({"mongodb_any_query", [] { return std::make_unique<MongoTestStore>(MongoTestStore::Queries::any); }});
  return kinds;
}

}  // namespace parley::test
