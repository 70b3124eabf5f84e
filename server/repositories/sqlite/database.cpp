#include "repositories/sqlite/database.h"

#include <sqlite3.h>
#include <SQLiteCpp/Exception.h>

#include "core/error.h"
#include "repositories/sqlite/checkpointer.h"
#include "repositories/sqlite/integrity.h"
#include "repositories/sqlite/schema.h"

namespace parley::sqlite {
namespace {

int open_flags(Connection::Mode mode) {
  switch (mode) {
    case Connection::Mode::writer:
      return SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE | SQLite::OPEN_NOMUTEX;
    case Connection::Mode::checkpointer:
      return SQLite::OPEN_READWRITE | SQLite::OPEN_NOMUTEX;
    case Connection::Mode::reader:
      break;
  }
  return SQLite::OPEN_READONLY | SQLite::OPEN_NOMUTEX;
}

}  // namespace

Connection::Connection(const std::filesystem::path& file, Mode mode)
    : database_(file.string(), open_flags(mode), kBusyTimeoutMs) {
  database_.exec("PRAGMA foreign_keys = OFF; PRAGMA temp_store = MEMORY;");
  if (mode == Mode::writer) {
    database_.exec(
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA secure_delete = ON;"
        "PRAGMA cache_size = -16384; PRAGMA wal_autocheckpoint = 0; PRAGMA journal_size_limit = 67108864;");
  } else if (mode == Mode::checkpointer) {
    // A connection knows that the file has a log only once it has read from it.
    database_.exec("PRAGMA synchronous = FULL; PRAGMA cache_size = -256; SELECT 1 FROM sqlite_master LIMIT 1;");
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
  check_at_start(file_);
  guarded([&] {
    writer_ = std::make_unique<Connection>(file_, Connection::Mode::writer);
    migrate(writer_->raw());
    checkpointer_ = std::make_unique<Checkpointer>(file_, *writer_, writer_mutex_);
    return 0;
  });
}

Database::~Database() = default;

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
  // These two come before the commit record is written. Anything else, an I/O error above all, may come
  // after: the record may be in the log, and a recovery may find it there.
  const int kind = rc & 0xff;
  note_if_full(kind);
  if (kind == SQLITE_FULL || kind == SQLITE_BUSY) throw StoreUnavailable("COMMIT: " + text);
  throw OutcomeUnknown("COMMIT: " + text);
}

void Database::check_room() const {
  if (checkpointer_->lacks_room()) throw StoreUnavailable("the disk is full");
}

void Database::note_if_full(int kind) {
  if (kind == SQLITE_FULL && checkpointer_) checkpointer_->make_room();
}

void Database::throw_unavailable(const SQLite::Exception& failure) {
  note_if_full(failure.getErrorCode());
  throw StoreUnavailable(std::string(failure.what()) + " (SQLite code " +
                         std::to_string(failure.getExtendedErrorCode()) + ")");
}

}  // namespace parley::sqlite
