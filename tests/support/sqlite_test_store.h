#pragma once

#include <filesystem>
#include <memory>

#include "repositories/sqlite/database.h"
#include "repositories/sqlite/sqlite_access_token_repository.h"
#include "repositories/sqlite/sqlite_invite_repository.h"
#include "repositories/sqlite/sqlite_room_repository.h"
#include "repositories/sqlite/sqlite_session_repository.h"
#include "repositories/sqlite/sqlite_stream_repository.h"
#include "repositories/sqlite/sqlite_user_repository.h"
#include "support/temp_folder.h"
#include "support/test_store.h"

namespace parley::test {

/// The SQLite store in a file of its own.
class SqliteTestStore : public TestStore {
 public:
  SqliteTestStore();

  UserRepository& users() override { return open_->users; }
  SessionRepository& sessions() override { return open_->sessions; }
  AccessTokenRepository& access_tokens() override { return open_->access_tokens; }
  InviteRepository& invites() override { return open_->invites; }
  StreamRepository& streams() override { return open_->streams; }
  RoomRepository& rooms() override { return open_->rooms; }
  void reopen() override;

  sqlite::Database& database() { return open_->database; }

 private:
  struct Open {
    explicit Open(const std::filesystem::path& file);
    sqlite::Database database;
    sqlite::SqliteUserRepository users{database};
    sqlite::SqliteSessionRepository sessions{database};
    sqlite::SqliteAccessTokenRepository access_tokens{database};
    sqlite::SqliteInviteRepository invites{database};
    sqlite::SqliteStreamRepository streams{database};
    sqlite::SqliteRoomRepository rooms{database};
  };

  test::TempFolder folder_;
  std::unique_ptr<Open> open_;
};

}  // namespace parley::test
