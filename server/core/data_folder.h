#pragma once

#include <filesystem>
#include <stdexcept>
#include <string>
#include <string_view>
#include <sys/types.h>

#include "core/file.h"

namespace parley {

/// The data folder can't be used; what() is one line that names it.
struct DataFolderError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// Another process holds the folder's lock.
struct DataFolderInUse : DataFolderError {
  using DataFolderError::DataFolderError;
};

/// The folder that holds everything of a server on one machine, locked for this process as long as the object
/// lives. The folder is 0700 and what is in it 0600, whatever the umask: it holds the key that signs tokens.
class DataFolder {
 public:
  enum class Use {
    open,     ///< to run on
    restore,  ///< to be filled: must be empty, and no database is made
  };

  /// Makes the folder where it is not there (its parents must be), takes the lock, tightens modes, and makes
  /// the database's file (empty, so that what SQLite lays beside it gets its mode). Make it before SQLite
  /// opens the file: closing a descriptor of it here would drop SQLite's locks (POSIX). Throws
  /// DataFolderInUse or DataFolderError, the latter also for a folder that holds other things (a mistyped
  /// path must not have the modes of somebody's home changed).
  explicit DataFolder(const std::filesystem::path& folder, Use use = Use::open);

  /// Turns a folder that Use::restore opened into a whole one. The database stands, fsynced, in kRestoring;
  /// it gets its name last.
  void finish_restore(std::string_view secret_key) const;

  /// The key of the folder's own, made at first use: 43 characters of base64url, 32 random bytes. Throws
  /// DataFolderError where it can't be read, or is not what was written.
  std::string secret_key() const;

  std::filesystem::path database() const { return path_ / kDatabase; }
  std::filesystem::path control_socket() const { return path_ / kControlSocket; }
  const std::filesystem::path& path() const { return path_; }

  static constexpr std::string_view kDatabase = "parley.db";
  static constexpr std::string_view kSecretKey = "secret_key";
  static constexpr std::string_view kControlSocket = "control.sock";
  static constexpr std::string_view kLock = "parley.lock";
  /// The database while a restore has not ended; a folder that has it is refused by Use::open.
  static constexpr std::string_view kRestoring = "parley.db.restoring";

 private:
  void check_ours() const;
  void take_lock();
  void tighten_files() const;
  void check_empty() const;
  void check_restored() const;
  void make_database_file() const;

  const std::filesystem::path path_;  ///< absolute
  File lock_;
};

/// The process that holds the folder's lock, as it wrote itself there; 0 where nothing can be read.
pid_t lock_holder(const std::filesystem::path& folder);

/// The secret key's file in a data folder or a backup. They throw std::system_error; reading also
/// DataFolderError, where what is there can't sign tokens.
void write_secret_key(const std::filesystem::path& folder, std::string_view secret_key);
std::string read_secret_key(const std::filesystem::path& folder);

/// Why `secret` is too weak to sign tokens, in words that follow "SECRET_KEY"; empty where it will do. It
/// must have 32 bytes or more and must not be a pattern, or one of the placeholders that instructions carry.
std::string weakness_of_secret(std::string_view secret);

}  // namespace parley
