#include "support/mongo_test_store.h"

#include "core/ids.h"
#include "core/settings.h"

namespace parley::test {
namespace {

constexpr int kClients = 16;

}  // namespace

MongoTestStore::Open::Open(mongodb::Database& database)
    : users(database),
      sessions(database),
      access_tokens(database),
      invites(database),
      streams(database),
      rooms(database),
      instances(database) {}

std::string MongoTestStore::url() {
  return process_environment()["PARLEY_TEST_MONGODB_URL"];
}

MongoTestStore::MongoTestStore(Queries queries)
    : database_(std::make_unique<mongodb::Database>(url(), "parley_test_" + new_id(), kClients, queries)) {
  database_->prepare();
  reopen();
}

MongoTestStore::~MongoTestStore() {
  database_->run(mongodb::Document().set_int32("dropDatabase", 1));
}

void MongoTestStore::reopen() {
  open_ = std::make_unique<Open>(*database_);
}

}  // namespace parley::test
