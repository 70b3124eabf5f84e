#pragma once

#include <filesystem>

#include "repositories/sqlite/database.h"
#include "repositories/sqlite/sqlite_access_token_repository.h"
#include "repositories/sqlite/sqlite_invite_repository.h"
#include "repositories/sqlite/sqlite_session_repository.h"
#include "repositories/sqlite/sqlite_user_repository.h"
#include "support/test_store.h"

namespace parley::test {

/// A folder that is gone with the object.
class TempFolder {
 public:
  TempFolder();
  ~TempFolder();
  TempFolder(const TempFolder&) = delete;
  TempFolder& operator=(const TempFolder&) = delete;

  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

/// The SQLite store in a file of its own.
class SqliteTestStore : public TestStore {
 public:
  SqliteTestStore();

  UserRepository& users() override { return users_; }
  SessionRepository& sessions() override { return sessions_; }
  AccessTokenRepository& access_tokens() override { return access_tokens_; }
  InviteRepository& invites() override { return invites_; }

  sqlite::Database& database() { return database_; }

 private:
  TempFolder folder_;
  sqlite::Database database_;
  sqlite::SqliteUserRepository users_;
  sqlite::SqliteSessionRepository sessions_;
  sqlite::SqliteAccessTokenRepository access_tokens_;
  sqlite::SqliteInviteRepository invites_;
};

}  // namespace parley::test
