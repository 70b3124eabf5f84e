#pragma once

#include <filesystem>
#include <span>

namespace SQLite {
class Database;
}

namespace parley::sqlite {

/// Brings the schema to this release's version, every step in one transaction: whatever interrupts it leaves
/// the old one or the new one. Throws StoreUnavailable for a file of a later release.
void migrate(SQLite::Database& database);

/// The same with other steps: step n brings version n to n + 1. For tests.
void migrate(SQLite::Database& database, std::span<const char* const> steps);

/// Throws StoreUnavailable unless the file is Parley's (or empty) and of this release's version or an older
/// one. `file` is for the message.
void check_origin(SQLite::Database& database, const std::filesystem::path& file);

}  // namespace parley::sqlite
