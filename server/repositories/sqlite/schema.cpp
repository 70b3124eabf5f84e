#include "repositories/sqlite/schema.h"

#include <array>
#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Transaction.h>
#include <string>

#include "core/error.h"
#include "core/log.h"

namespace parley::sqlite {
namespace {

/// The streams and what is projected from them.
constexpr const char* kStreams = R"(
CREATE TABLE entries (
  stream TEXT NOT NULL, seq INTEGER NOT NULL, kind TEXT NOT NULL, user_id TEXT NOT NULL, username TEXT NOT NULL,
  timestamp INTEGER NOT NULL, key TEXT NOT NULL, target INTEGER, messages INTEGER NOT NULL,
  membership INTEGER NOT NULL, body TEXT NOT NULL, PRIMARY KEY (stream, seq)) WITHOUT ROWID;
CREATE UNIQUE INDEX entries_by_key ON entries (stream, user_id, key);

CREATE TABLE rooms (
  id TEXT PRIMARY KEY, name TEXT NOT NULL, folded_name TEXT NOT NULL, description TEXT NOT NULL,
  visibility TEXT NOT NULL, owner_id TEXT NOT NULL, created_at INTEGER NOT NULL, deleted INTEGER NOT NULL,
  member_count INTEGER NOT NULL, applied INTEGER NOT NULL, purged INTEGER NOT NULL DEFAULT 0) WITHOUT ROWID;
CREATE INDEX rooms_public ON rooms (folded_name, id) WHERE visibility = 'public' AND deleted = 0;
CREATE INDEX rooms_unpurged ON rooms (id) WHERE deleted = 1 AND purged = 0;

CREATE TABLE members (
  room_id TEXT NOT NULL, user_id TEXT NOT NULL, username TEXT NOT NULL, role TEXT NOT NULL,
  PRIMARY KEY (room_id, user_id)) WITHOUT ROWID;
CREATE UNIQUE INDEX members_by_user ON members (user_id, room_id);

CREATE TABLE room_names (
  folded_name TEXT PRIMARY KEY, room_id TEXT NOT NULL, claimed_at INTEGER NOT NULL) WITHOUT ROWID;
)";

/// Accounts. Who has the one row of first_account is the server's first admin.
constexpr const char* kAccounts = R"(
CREATE TABLE users (
  id TEXT PRIMARY KEY, username TEXT NOT NULL, folded_username TEXT NOT NULL UNIQUE, display_name TEXT NOT NULL,
  folded_display_name TEXT NOT NULL, password_hash TEXT NOT NULL, is_admin INTEGER NOT NULL,
  disabled INTEGER NOT NULL, created_at INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE first_account (
  position INTEGER PRIMARY KEY CHECK (position = 1), user_id TEXT NOT NULL);

CREATE TABLE sessions (
  id TEXT PRIMARY KEY, user_id TEXT NOT NULL, device TEXT NOT NULL, created_at INTEGER NOT NULL,
  last_used_at INTEGER NOT NULL, expires_at INTEGER NOT NULL, generation INTEGER NOT NULL,
  generation_at INTEGER NOT NULL, ended_at INTEGER) WITHOUT ROWID;
CREATE INDEX sessions_by_user ON sessions (user_id) WHERE ended_at IS NULL;

CREATE TABLE access_tokens (
  id TEXT PRIMARY KEY, user_id TEXT NOT NULL, name TEXT NOT NULL, hash TEXT NOT NULL, created_at INTEGER NOT NULL,
  last_used_at INTEGER, expires_at INTEGER, ended_at INTEGER) WITHOUT ROWID;
CREATE INDEX access_tokens_by_user ON access_tokens (user_id) WHERE ended_at IS NULL;

CREATE TABLE invites (
  id TEXT PRIMARY KEY, kind TEXT NOT NULL, subject TEXT NOT NULL, hash TEXT NOT NULL, room_id TEXT NOT NULL,
  user_id TEXT NOT NULL, created_by TEXT NOT NULL, created_at INTEGER NOT NULL, expires_at INTEGER,
  max_uses INTEGER, ended_at INTEGER) WITHOUT ROWID;
CREATE INDEX invites_by_subject ON invites (kind, subject) WHERE ended_at IS NULL;
CREATE TABLE invite_uses (
  invite_id TEXT NOT NULL, number INTEGER NOT NULL, user_id TEXT NOT NULL, used_at INTEGER NOT NULL,
  PRIMARY KEY (invite_id, number), UNIQUE (invite_id, user_id)) WITHOUT ROWID;
)";

/// What has been done, but whose consequences may not all be: see StreamRepository::unsettled and
/// SessionRepository::unannounced.
constexpr const char* kUnfinished = R"(
CREATE TABLE unsettled (stream TEXT NOT NULL, seq INTEGER NOT NULL, PRIMARY KEY (stream, seq)) WITHOUT ROWID;
ALTER TABLE sessions ADD COLUMN unannounced INTEGER NOT NULL DEFAULT 0;
CREATE INDEX sessions_unannounced ON sessions (id) WHERE unannounced = 1;
ALTER TABLE access_tokens ADD COLUMN unannounced INTEGER NOT NULL DEFAULT 0;
CREATE INDEX access_tokens_unannounced ON access_tokens (id) WHERE unannounced = 1;
)";

/// Step n brings version n to n + 1. Steps that have been released never change.
constexpr std::array kSteps{kStreams, kAccounts, kUnfinished};

/// "Prly" in the file's header (SQLite's application_id), so that nobody's other database is taken for ours.
constexpr int kApplicationId = 0x50726c79;

int pragma(SQLite::Database& database, const char* name) {
  return database.execAndGet(std::string("PRAGMA ") + name).getInt();
}

}  // namespace

void migrate(SQLite::Database& database) {
  migrate(database, kSteps);
}

void migrate(SQLite::Database& database, std::span<const char* const> steps) {
  const auto ours = static_cast<int>(steps.size());
  if (pragma(database, "user_version") >= ours) return;
  SQLite::Transaction transaction(database, SQLite::TransactionBehavior::IMMEDIATE);
  const int found = pragma(database, "user_version");
  for (int step = found; step < ours; ++step) database.exec(steps[static_cast<std::size_t>(step)]);
  database.exec("PRAGMA application_id = " + std::to_string(kApplicationId));
  database.exec("PRAGMA user_version = " + std::to_string(ours));
  transaction.commit();
  if (found > 0) log::info("database schema brought up to date", {{"from", found}, {"to", ours}});
}

void check_origin(SQLite::Database& database, const std::filesystem::path& file) {
  const int found = pragma(database, "user_version");
  const auto ours = static_cast<int>(kSteps.size());
  const bool empty = database.execAndGet("SELECT count(*) FROM sqlite_master").getInt() == 0;
  if (!empty && pragma(database, "application_id") != kApplicationId) {
    throw StoreUnavailable("'" + file.string() + "' is not a database of parley");
  }
  if (found > ours) {
    throw StoreUnavailable("'" + file.string() + "' was written by a later release (schema " + std::to_string(found) +
                           ", this release knows up to " + std::to_string(ours) + "): run that release or a newer one");
  }
}

}  // namespace parley::sqlite
