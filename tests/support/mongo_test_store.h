#pragma once

#include <memory>
#include <string>

#include "repositories/mongodb/mongo_access_token_repository.h"
#include "repositories/mongodb/mongo_instance_repository.h"
#include "repositories/mongodb/mongo_invite_repository.h"
#include "repositories/mongodb/mongo_room_repository.h"
#include "repositories/mongodb/mongo_session_repository.h"
#include "repositories/mongodb/mongo_stream_repository.h"
#include "repositories/mongodb/mongo_user_repository.h"
#include "support/test_store.h"

namespace parley::test {

/// The MongoDB store in a database of its own, on the server of PARLEY_TEST_MONGODB_URL.
class MongoTestStore : public TestStore {
 public:
  using Queries = mongodb::Database::Queries;

  explicit MongoTestStore(Queries queries = Queries::as_the_server_says);
  ~MongoTestStore() override;

  /// The server's URL; empty where none is given.
  static std::string url();

  UserRepository& users() override { return open_->users; }
  SessionRepository& sessions() override { return open_->sessions; }
  AccessTokenRepository& access_tokens() override { return open_->access_tokens; }
  InviteRepository& invites() override { return open_->invites; }
  StreamRepository& streams() override { return open_->streams; }
  RoomRepository& rooms() override { return open_->rooms; }
  InstanceRepository& instances() { return open_->instances; }
  void reopen() override;

  mongodb::Database& database() { return *database_; }

 private:
  struct Open {
    explicit Open(mongodb::Database& database);
    mongodb::MongoUserRepository users;
    mongodb::MongoSessionRepository sessions;
    mongodb::MongoAccessTokenRepository access_tokens;
    mongodb::MongoInviteRepository invites;
    mongodb::MongoStreamRepository streams;
    mongodb::MongoRoomRepository rooms;
    mongodb::MongoInstanceRepository instances;
  };

  std::unique_ptr<mongodb::Database> database_;
  std::unique_ptr<Open> open_;
};

}  // namespace parley::test
