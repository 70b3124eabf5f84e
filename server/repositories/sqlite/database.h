#pragma once

#include <filesystem>
#include <memory>
#include <mutex>
#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Statement.h>
#include <SQLiteCpp/VariadicBind.h>
#include <type_traits>
#include <unordered_map>
#include <vector>

#include "repositories/sqlite/fair_mutex.h"

namespace parley::sqlite {

/// How long a connection waits for another process that writes, in milliseconds.
inline constexpr int kBusyTimeoutMs = 5000;

/// One connection with its prepared statements. Used by one thread at a time.
class Connection {
 public:
  enum class Mode { writer, reader, checkpointer };
  Connection(const std::filesystem::path& file, Mode mode);

  /// The statement for `sql` (a literal), reset, with the values bound in order. Valid until it is asked for
  /// again.
  template <class... Values>
  SQLite::Statement& statement(const char* sql, const Values&... values) {
    auto& prepared = prepare(sql);
    SQLite::bind(prepared, values...);
    return prepared;
  }

  SQLite::Database& raw() { return database_; }

  /// Resets every statement, so that none keeps a read transaction open.
  void finish();

 private:
  SQLite::Statement& prepare(const char* sql);

  SQLite::Database database_;
  std::unordered_map<const char*, std::unique_ptr<SQLite::Statement>> statements_;
};

class Checkpointer;

/// The file: WAL, synchronous=FULL (what COMMIT returned for survives a power cut), one writer, readers
/// beside it that never block it. Any thread; blocking. SQLite's errors come out as StoreUnavailable, an I/O
/// error of COMMIT as OutcomeUnknown (core/error.h).
class Database {
 public:
  /// Opens or makes the file, checks it (integrity.h) and brings its schema up to date (schema.h).
  explicit Database(std::filesystem::path file);
  /// Everything that uses it has stopped. Moves the log into the file.
  ~Database();

  /// Runs `work(Connection&)` in a transaction of the one writer. Commits when it returns, rolls back when it
  /// throws.
  template <class Work>
  auto write(Work&& work) {
    const std::lock_guard lock(writer_mutex_);
    check_room();
    return guarded([&] {
      const WriteTransaction transaction(*writer_);
      if constexpr (std::is_void_v<std::invoke_result_t<Work&, Connection&>>) {
        work(*writer_);
        commit();
      } else {
        auto value = work(*writer_);
        commit();
        return value;
      }
    });
  }

  /// Runs `work(Connection&)` in a read transaction: it sees one state of the store.
  template <class Work>
  auto read(Work&& work) {
    return guarded([&] {
      const Reader reader(*this);
      return work(*reader.connection);
    });
  }

  const std::filesystem::path& file() const { return file_; }

 private:
  /// Begins at once as a writer; rolls back in the destructor unless commit() came first.
  struct WriteTransaction {
    explicit WriteTransaction(Connection& connection);
    ~WriteTransaction();
    Connection& connection;
  };
  /// Borrows a reader connection inside a transaction; gives it back at the end.
  struct Reader {
    explicit Reader(Database& owner);
    ~Reader();
    Database& owner;
    std::unique_ptr<Connection> connection;
  };

  template <class Work>
  auto guarded(Work&& work) {
    try {
      return work();
    } catch (const SQLite::Exception& failure) {
      throw_unavailable(failure);
    }
  }
  [[noreturn]] void throw_unavailable(const SQLite::Exception& failure);
  void check_room() const;
  void note_if_full(int kind);
  void commit();

  const std::filesystem::path file_;
  FairMutex writer_mutex_;
  std::unique_ptr<Connection> writer_;
  std::mutex readers_mutex_;
  std::vector<std::unique_ptr<Connection>> idle_readers_;
  std::unique_ptr<Checkpointer> checkpointer_;  // last: it uses the writer
};

}  // namespace parley::sqlite
