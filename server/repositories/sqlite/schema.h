#pragma once

namespace SQLite {
class Database;
}

namespace parley::sqlite {

/// Brings the schema to this release's version, every step in one transaction: whatever interrupts it leaves
/// the old one or the new one. Throws StoreUnavailable for a file of a later release.
void migrate(SQLite::Database& database);

}  // namespace parley::sqlite
