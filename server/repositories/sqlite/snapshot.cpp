#include "repositories/sqlite/snapshot.h"

#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Exception.h>
#include <SQLiteCpp/Statement.h>
#include <string>
#include <system_error>

#include "core/error.h"
#include "core/file.h"
#include "repositories/sqlite/database.h"
#include "repositories/sqlite/integrity.h"

namespace parley::sqlite {
namespace {

void vacuum_into(const std::filesystem::path& from, const std::filesystem::path& target, Interruption& interruption) {
  SQLite::Database source(from.string(), SQLite::OPEN_READONLY, kBusyTimeoutMs);
  const Interruption::Scope scope(interruption, source.getHandle());
  SQLite::Statement copy(source, "VACUUM INTO ?");
  copy.bind(1, target.string());
  copy.exec();
}

}  // namespace

void SnapshotWriter::write(const std::filesystem::path& target) {
  const std::unique_lock lock(writing_, std::try_to_lock);
  if (!lock) throw Busy("backup");
  if (interruption_.triggered()) throw StoreUnavailable("the server is shutting down");
  try {
    vacuum_into(database_, target, interruption_);
    sync_path(target);
    check_wholly(target, interruption_);
  } catch (const SQLite::Exception& e) {
    throw StoreUnavailable(std::string("the copy failed: ") + e.what());
  } catch (const std::system_error& e) {
    throw StoreUnavailable(std::string("the copy failed: ") + e.what());
  }
}

}  // namespace parley::sqlite
