#include <array>
#include <gtest/gtest.h>
#include <signal.h>
#include <SQLiteCpp/Database.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/error.h"
#include "repositories/sqlite/database.h"
#include "repositories/sqlite/schema.h"
#include "support/temp_folder.h"

namespace parley::sqlite {
namespace {

using test::message_of;
using test::TempFolder;

constexpr const char* kMarkAsOurs = "PRAGMA application_id = 0x50726c79;";

/// What the first release wrote: its schema and a room with a message. Never changes, so that it stays what
/// such a data folder holds.
constexpr const char* kVersion1 = R"(
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
INSERT INTO entries VALUES ('r/1', 1, 'message', 'u', 'ada', 5, 'k', NULL, 1, 0, '{"content":"hello"}');
PRAGMA user_version = 1;
)";

class Migration : public ::testing::Test {
 protected:
  void write(const std::string& sql) {
    SQLite::Database database(file.string(), SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
    database.exec("PRAGMA journal_mode = WAL");
    database.exec(sql);
  }
  int number(const std::string& sql) {
    return SQLite::Database(file.string(), SQLite::OPEN_READONLY).execAndGet(sql).getInt();
  }
  std::string refusal() {
    return message_of<StoreUnavailable>([&] { Database{file}; });
  }

  TempFolder temp;
  std::filesystem::path file = temp / "parley.db";
};

TEST_F(Migration, a_new_file_gets_the_present_schema) {
  {
    Database{file};
  }
  EXPECT_GE(number("PRAGMA user_version"), 1);
  EXPECT_EQ(number("PRAGMA application_id"), 0x50726c79);
  EXPECT_EQ(number("SELECT count(*) FROM sqlite_master WHERE name IN ('entries', 'rooms', 'members')"), 3);
}

TEST_F(Migration, the_first_releases_folder_is_brought_up_to_date_with_its_messages) {
  write(std::string(kMarkAsOurs) + kVersion1);
  {
    Database{file};
  }
  const int migrated = number("PRAGMA user_version");
  EXPECT_EQ(number("SELECT count(*) FROM entries WHERE body LIKE '%hello%'"), 1);
  const auto tables = number("SELECT count(*) FROM sqlite_master");
  file = temp / "new.db";
  {
    Database{file};
  }
  EXPECT_EQ(number("PRAGMA user_version"), migrated);
  EXPECT_EQ(number("SELECT count(*) FROM sqlite_master"), tables);
}

TEST_F(Migration, a_later_releases_folder_is_refused_with_both_versions_and_left_alone) {
  {
    Database{file};
  }
  const int ours = number("PRAGMA user_version");
  write("PRAGMA user_version = 999");
  EXPECT_EQ(refusal(), "'" + file.string() + "' was written by a later release (schema 999, this release knows up to " +
                           std::to_string(ours) + "): run that release or a newer one");
  EXPECT_EQ(number("PRAGMA user_version"), 999);
}

TEST_F(Migration, another_programs_database_is_refused_and_left_alone) {
  write("CREATE TABLE recipes (name TEXT)");
  EXPECT_EQ(refusal(), "'" + file.string() + "' is not a database of parley");
  EXPECT_EQ(number("SELECT count(*) FROM sqlite_master"), 1);
}

TEST_F(Migration, a_step_that_fails_undoes_the_steps_before_it) {
  write(std::string(kMarkAsOurs) + kVersion1);
  const std::array<const char*, 3> steps{"-- 1", "CREATE TABLE second (x)", "CREATE TABLE second (x)"};
  {
    SQLite::Database database(file.string(), SQLite::OPEN_READWRITE);
    EXPECT_THROW(migrate(database, steps), std::exception);
  }
  EXPECT_EQ(number("PRAGMA user_version"), 1);
  EXPECT_EQ(number("SELECT count(*) FROM sqlite_master WHERE name = 'second'"), 0);
  EXPECT_NO_THROW(Database{file});
}

/// The child says that it is between two steps by making a file (SQLite has no pause), from inside a step
/// that would take minutes.
TEST_F(Migration, a_kill_in_the_middle_leaves_the_old_schema_usable) {
  write(std::string(kMarkAsOurs) + kVersion1);
  const std::string slow =
      "INSERT INTO second WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 1000000000) "
      "SELECT i FROM n";
  const std::array<const char*, 3> steps{"-- 1", "CREATE TABLE second (x)", slow.c_str()};
  const pid_t child = ::fork();
  if (child == 0) {
    SQLite::Database database(file.string(), SQLite::OPEN_READWRITE);
    database.exec("PRAGMA cache_size = 10");  // so that pages go to the log before the commit
    migrate(database, steps);
    ::_exit(0);
  }
  const auto log = std::filesystem::path(file) += "-wal";
  const auto begun = [&] { return std::filesystem::exists(log) && std::filesystem::file_size(log) > 1000000; };
  while (!begun()) ::usleep(1000);
  ::kill(child, SIGKILL);
  int status = 0;
  ::waitpid(child, &status, 0);
  ASSERT_TRUE(WIFSIGNALED(status));
  EXPECT_EQ(number("PRAGMA user_version"), 1);
  EXPECT_NO_THROW(Database{file});
  EXPECT_EQ(number("SELECT count(*) FROM entries"), 1);
  EXPECT_EQ(number("SELECT count(*) FROM sqlite_master WHERE name = 'second'"), 0);
}

}  // namespace
}  // namespace parley::sqlite
