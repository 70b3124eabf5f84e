#include "repositories/sqlite/database.h"

#include <sqlite3.h>

#include <SQLiteCpp/Exception.h>

#include "core/error.h"
#include "repositories/sqlite/schema.h"

namespace parley::sqlite {
namespace {

constexpr int kBusyTimeoutMs = 5000;

int open_flags(Connection::Mode mode) {
  return mode == Connection::Mode::writer ? SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE | SQLite::OPEN_NOMUTEX
                                          : SQLite::OPEN_READONLY | SQLite::OPEN_NOMUTEX;
}

}  // namespace

Connection::Connection(const std::filesystem::path& file, Mode mode)
    : database_(file.string(), open_flags(mode), kBusyTimeoutMs) {
  database_.exec("PRAGMA foreign_keys = OFF; PRAGMA temp_store = MEMORY;");
  if (mode == Mode::writer) {
    database_.exec(
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA secure_delete = ON;"
        "PRAGMA cache_size = -16384;");
  } else {
    database_.exec("PRAGMA query_only = ON; PRAGMA cache_size = -4096;");
  }
}

SQLite::Statement& Connection::prepare(const char* sql) {
  auto& slot = statements_[sql];
  if (!slot) slot = std::make_unique<SQLite::Statement>(database_, sql);
  slot->tryReset();
  slot->clearBindings();
  return *slot;
}

void Connection::finish() {
  for (auto& [sql, statement] : statements_) statement->tryReset();
}

Database::Database(std::filesystem::path file) : file_(std::move(file)) {
  guarded([&] {
    writer_ = std::make_unique<Connection>(file_, Connection::Mode::writer);
    migrate(writer_->raw());
    return 0;
  });
}

Database::WriteTransaction::WriteTransaction(Connection& c) : connection(c) {
  connection.raw().exec("BEGIN IMMEDIATE");
}

Database::WriteTransaction::~WriteTransaction() {
  connection.finish();
  if (sqlite3_get_autocommit(connection.raw().getHandle()) == 0) {
    // A failed rollback leaves nothing behind either: SQLite has then rolled back by itself.
    sqlite3_exec(connection.raw().getHandle(), "ROLLBACK", nullptr, nullptr, nullptr);
  }
}

Database::Reader::Reader(Database& o) : owner(o) {
  {
    const std::lock_guard lock(owner.readers_mutex_);
    if (!owner.idle_readers_.empty()) {
      connection = std::move(owner.idle_readers_.back());
      owner.idle_readers_.pop_back();
    }
  }
  if (!connection) connection = std::make_unique<Connection>(owner.file_, Connection::Mode::reader);
  connection->raw().exec("BEGIN");
}

Database::Reader::~Reader() {
  connection->finish();
  const int rc = sqlite3_exec(connection->raw().getHandle(), "COMMIT", nullptr, nullptr, nullptr);
  if (rc != SQLITE_OK) return;  // the connection is closed with its transaction
  const std::lock_guard lock(owner.readers_mutex_);
  owner.idle_readers_.push_back(std::move(connection));
}

void Database::commit() {
  writer_->finish();
  auto* handle = writer_->raw().getHandle();
  const int rc = sqlite3_exec(handle, "COMMIT", nullptr, nullptr, nullptr);
  if (rc == SQLITE_OK) return;
  const std::string text = sqlite3_errmsg(handle);
  // FULL and BUSY are refused before the commit record is written. An I/O error may come after it.
  if ((rc & 0xff) == SQLITE_IOERR) throw OutcomeUnknown("COMMIT: " + text);
  throw StoreUnavailable("COMMIT: " + text);
}

void Database::throw_unavailable(const SQLite::Exception& failure) {
  throw StoreUnavailable(std::string(failure.what()) + " (SQLite code " +
                         std::to_string(failure.getExtendedErrorCode()) + ")");
}

}  // namespace parley::sqlite
