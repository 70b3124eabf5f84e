#include "repositories/sqlite/integrity.h"

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <sqlite3.h>
#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Exception.h>
#include <SQLiteCpp/Statement.h>
#include <string>
#include <thread>

#include "core/error.h"
#include "core/log.h"
#include "repositories/sqlite/database.h"
#include "repositories/sqlite/interruption.h"
#include "repositories/sqlite/schema.h"

namespace parley::sqlite {
namespace {

constexpr auto kPatience = std::chrono::seconds(2);
constexpr std::uintmax_t kLeastRoomBytes = 65536;

[[noreturn]] void refuse_damaged(const std::filesystem::path& file, std::string finding) {
  for (char& c : finding) c = c == '\n' ? ' ' : c;
  throw StoreUnavailable("the database '" + file.string() + "' is damaged (" + finding +
                         "): restore a backup into a new data folder");
}

/// SQLite calls it an I/O error where it could not even make its index of the log.
bool disk_is_full(const std::filesystem::path& file) {
  std::error_code unknown;
  const auto space = std::filesystem::space(file, unknown);
  return !unknown && space.available < kLeastRoomBytes;
}

template <class Check>
void explain(const std::filesystem::path& file, Check&& check) {
  try {
    check();
  } catch (const SQLite::Exception& e) {
    if (e.getErrorCode() == SQLITE_CORRUPT || e.getErrorCode() == SQLITE_NOTADB) refuse_damaged(file, e.what());
    throw StoreUnavailable("the database '" + file.string() + "' can't be opened: " + e.what() +
                           (disk_is_full(file) ? " (the disk is full)" : ""));
  }
}

void check_trees(SQLite::Database& database, const std::filesystem::path& file, const char* pragma) {
  SQLite::Statement check(database, pragma);
  if (!check.executeStep()) refuse_damaged(file, "it can't be checked");
  const auto finding = check.getColumn(0).getString();
  if (finding != "ok") refuse_damaged(file, finding);
}

/// Triggers the interruption after a while, unless it is destroyed first.
class Deadline {
 public:
  Deadline(Interruption& interruption, std::chrono::steady_clock::duration after)
      : thread_([this, &interruption, after] {
          std::unique_lock lock(mutex_);
          if (!ended_.wait_for(lock, after, [this] { return over_; })) interruption.trigger();
        }) {}
  ~Deadline() {
    {
      const std::lock_guard lock(mutex_);
      over_ = true;
    }
    ended_.notify_all();
    thread_.join();
  }

 private:
  std::mutex mutex_;
  std::condition_variable ended_;
  bool over_ = false;
  std::thread thread_;  // last: it uses the others
};

/// A thread, because quick_check is a single instruction for a whole tree: SQLite's progress handler is not
/// asked meanwhile, its interrupt flag is looked at with every page.
void check_trees_briefly(SQLite::Database& database, const std::filesystem::path& file) {
  Interruption interruption;
  const Interruption::Scope scope(interruption, database.getHandle());
  const Deadline deadline(interruption, kPatience);
  try {
    check_trees(database, file, "PRAGMA quick_check(1)");
  } catch (const SQLite::Exception& e) {
    if (e.getErrorCode() != SQLITE_INTERRUPT) throw;
    log::info("database is large and was checked in part", {{"seconds", kPatience.count()}});
  }
}

/// As a URI: what stands in a path may mean something there.
std::string immutable_uri(const std::filesystem::path& file) {
  static constexpr char kHex[] = "0123456789ABCDEF";
  std::string uri = "file:";
  for (const char c : std::filesystem::absolute(file).string()) {
    const auto u = static_cast<unsigned char>(c);
    if (c == '?' || c == '#' || c == '%' || u < 0x20 || u >= 0x7f) {
      uri += '%';
      uri += kHex[u >> 4];
      uri += kHex[u & 15];
    } else {
      uri += c;
    }
  }
  return uri + "?immutable=1";
}

}  // namespace

void check_at_start(const std::filesystem::path& file) {
  if (!std::filesystem::exists(file)) return;
  explain(file, [&] {
    SQLite::Database database(file.string(), SQLite::OPEN_READWRITE, kBusyTimeoutMs);
    // What a crash left in the log stays there: a damaged file must not be written, it may have to be saved.
    sqlite3_db_config(database.getHandle(), SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
    check_origin(database, file);
    check_trees_briefly(database, file);
  });
}

void check_wholly(const std::filesystem::path& file) {
  Interruption never;
  check_wholly(file, never);
}

void check_wholly(const std::filesystem::path& file, Interruption& interruption) {
  explain(file, [&] {
    SQLite::Database database(immutable_uri(file), SQLite::OPEN_READONLY | SQLite::OPEN_URI);
    const Interruption::Scope scope(interruption, database.getHandle());
    check_origin(database, file);
    check_trees(database, file, "PRAGMA integrity_check(1)");
  });
}

}  // namespace parley::sqlite
