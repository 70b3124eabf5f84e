#include "cli/backup.h"

#include <cerrno>
#include <fcntl.h>
#include <sys/sendfile.h>
#include <system_error>
#include <unistd.h>

#include "core/data_folder.h"
#include "core/file.h"

namespace parley::cli {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kUnfinished = "parley.db.unfinished";

/// Removes what a failed backup left: only what it made itself.
class Undo {
 public:
  explicit Undo(fs::path folder, bool made_folder) : folder_(std::move(folder)), made_folder_(made_folder) {}
  ~Undo() {
    if (kept_) return;
    std::error_code ignored;
    for (const auto name : {kUnfinished, DataFolder::kSecretKey, DataFolder::kDatabase}) {
      fs::remove(folder_ / name, ignored);
    }
    fs::remove(fs::path(folder_ / kUnfinished) += "-journal", ignored);
    if (made_folder_) fs::remove(folder_, ignored);
  }
  void keep() { kept_ = true; }

 private:
  const fs::path folder_;
  const bool made_folder_;
  bool kept_ = false;
};

bool claim_folder(const fs::path& folder) {
  if (make_private_folder(folder)) return true;
  if (!fs::is_directory(folder)) throw BackupError("'" + folder.string() + "' is not a folder");
  if (!fs::is_empty(folder)) {
    throw BackupError("the folder '" + folder.string() +
                      "' is not empty: a backup is written into an empty or a new one");
  }
  fs::permissions(folder, fs::perms::owner_all);
  return false;
}

void copy_durably(const fs::path& from, const fs::path& to) {
  const auto source = open_file(from, O_RDONLY);
  const auto target = open_file(to, O_WRONLY | O_CREAT | O_TRUNC);
  constexpr std::size_t kChunk = 1 << 24;
  for (;;) {
    const auto sent = ::sendfile(target.fd(), source.fd(), nullptr, kChunk);
    if (sent < 0 && errno == EINTR) continue;
    if (sent < 0) throw std::system_error(errno, std::generic_category(), to.string());
    if (sent == 0) break;
  }
  write_durably(target, to, {});
}

fs::path checked_source(const fs::path& from) {
  const auto database = from / DataFolder::kDatabase;
  if (!fs::exists(database)) throw BackupError("'" + from.string() + "' is no backup: it has no parley.db");
  if (!fs::exists(from / DataFolder::kSecretKey)) {
    throw BackupError("'" + from.string() + "' is no whole backup: it has no secret_key");
  }
  const auto log = fs::path(database) += "-wal";
  if (fs::exists(log) && fs::file_size(log) > 0) {
    throw BackupError("'" + from.string() +
                      "' is the copy of a data folder in use, not a backup: make one with parley backup");
  }
  return database;
}

}  // namespace

std::uint64_t write_backup(const fs::path& folder, const std::string& secret_key,
                           const std::function<void(const fs::path& target)>& snapshot) {
  try {
    Undo undo(folder, claim_folder(folder));
    const auto unfinished = folder / kUnfinished;
    open_file(unfinished, O_WRONLY | O_CREAT | O_EXCL);
    snapshot(unfinished);
    write_secret_key(folder, secret_key);
    fs::rename(unfinished, folder / DataFolder::kDatabase);
    sync_path(folder);
    sync_path(fs::absolute(folder / "..").lexically_normal());
    undo.keep();
    return fs::file_size(folder / DataFolder::kDatabase);
  } catch (const std::system_error& e) {
    throw BackupError(std::string("the backup failed: ") + e.what());
  }
}

void restore_backup(const fs::path& from, const fs::path& data_folder,
                    const std::function<void(const fs::path& database)>& check_database) {
  try {
    const auto database = checked_source(from);
    const auto secret_key = read_secret_key(from);
    check_database(database);
    const DataFolder target(data_folder, DataFolder::Use::restore);
    copy_durably(database, target.path() / DataFolder::kRestoring);
    sync_path(target.path());
    target.finish_restore(secret_key);
  } catch (const std::system_error& e) {
    throw BackupError(std::string("the restore failed: ") + e.what());
  }
}

}  // namespace parley::cli
