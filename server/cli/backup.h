#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <stdexcept>
#include <string>

namespace parley::cli {

/// A backup can't be written or restored; what() is one line.
struct BackupError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// Writes a backup into `folder` (empty or absent; its parent must be there): parley.db by `snapshot`, and
/// the secret key, as private as a data folder, fsynced. Until it is whole its database has another name, so
/// a broken backup can't be taken for one; on failure what was made is removed. Returns the database's bytes.
/// Blocking. Throws BackupError, and whatever `snapshot` throws.
std::uint64_t write_backup(const std::filesystem::path& folder, const std::string& secret_key,
                           const std::function<void(const std::filesystem::path& target)>& snapshot);

/// Makes a data folder (absent or empty) of the backup in `from`, after `check_database` found its database
/// whole and of a schema that this release can open. Holds the data folder's lock meanwhile. Whatever
/// interrupts it leaves either the whole, or a folder that servers refuse and a second restore completes.
/// Blocking. Throws BackupError, DataFolderError, and whatever `check_database` throws.
void restore_backup(const std::filesystem::path& from, const std::filesystem::path& data_folder,
                    const std::function<void(const std::filesystem::path& database)>& check_database);

}  // namespace parley::cli
