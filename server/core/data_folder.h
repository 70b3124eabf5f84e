#pragma once

#include <sys/types.h>

#include <filesystem>
#include <stdexcept>
#include <string>
#include <string_view>

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
  /// Makes the folder where it is not there (its parents must be), tightens its mode, takes the lock. Throws
  /// DataFolderInUse or DataFolderError.
  explicit DataFolder(const std::filesystem::path& folder);

  /// The key of the folder's own, made at first use: 43 characters of base64url, 32 random bytes. Throws
  /// DataFolderError where it can't be read, or is not what was written.
  std::string secret_key() const;

  /// The database's file, made empty with mode 0600 where it is not there, so that what SQLite lays beside it
  /// has that mode too.
  std::filesystem::path database() const;

  std::filesystem::path control_socket() const;
  const std::filesystem::path& path() const { return path_; }

  static constexpr std::string_view kDatabase = "parley.db";
  static constexpr std::string_view kSecretKey = "secret_key";
  static constexpr std::string_view kControlSocket = "control.sock";
  static constexpr std::string_view kLock = "lock";

 private:
  const std::filesystem::path path_;  ///< absolute
  File lock_;
};

/// Why `secret` is too weak to sign tokens, in words that follow "SECRET_KEY"; empty where it will do. It must
/// have 32 bytes or more and must not be a pattern, or one of the placeholders that instructions carry.
std::string weakness_of_secret(std::string_view secret);

}  // namespace parley
