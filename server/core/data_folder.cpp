#include "core/data_folder.h"

#include <cerrno>
#include <charconv>
#include <cstring>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>

#include "core/ids.h"

namespace parley {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kSecretBytes = 32;
constexpr std::size_t kMostSecretBytes = 4096;
constexpr std::string_view kNewSecretKey = "secret_key.new";
constexpr std::string_view kLostAndFound = "lost+found";  // in the root of a file system

std::string in_folder(const fs::path& folder) {
  return "the data folder '" + folder.string() + "'";
}

/// Absolute, and without "." and a slash at the end, so that messages name it as people do.
fs::path normal(const fs::path& folder) {
  auto path = fs::absolute(folder).lexically_normal();
  return path.has_filename() ? path : path.parent_path();
}

}  // namespace

void write_secret_key(const fs::path& folder, std::string_view secret_key) {
  const auto made = folder / kNewSecretKey;
  write_durably(open_file(made, O_WRONLY | O_CREAT | O_TRUNC), made, std::string(secret_key) + "\n");
  fs::rename(made, folder / DataFolder::kSecretKey);
  sync_path(folder);
}

std::string read_secret_key(const fs::path& folder) {
  const auto file = folder / DataFolder::kSecretKey;
  auto secret = read_file(file, kMostSecretBytes);
  while (!secret.empty() && (secret.back() == '\n' || secret.back() == '\r')) secret.pop_back();
  const auto weakness = weakness_of_secret(secret);
  if (weakness.empty()) return secret;
  throw DataFolderError("the secret key in '" + file.string() + "' " + weakness +
                        "; put it back from a backup, or delete the file, which signs everybody out");
}

DataFolder::DataFolder(const fs::path& folder, Use use) : path_(normal(folder)) {
  try {
    make_private_folder(path_);
    // Tells a file in its place from a folder, and whether it may be used at all.
    const auto self = open_file(path_, O_RDONLY | O_DIRECTORY);
    check_ours();
    take_lock();
    if (::fchmod(self.fd(), 0700) != 0) throw std::system_error(errno, std::generic_category(), path_.string());
    if (use == Use::restore) {
      check_empty();
    } else {
      check_restored();
      tighten_files();
      make_database_file();
    }
  } catch (const std::system_error& e) {
    throw DataFolderError(in_folder(path_) + " can't be used: " + e.what());
  }
}

void DataFolder::check_ours() const {
  bool foreign = false;
  for (const auto& entry : fs::directory_iterator(path_)) {
    const auto name = entry.path().filename().string();
    if (name == kLock || name == kDatabase) return;
    foreign = foreign || name != kLostAndFound;
  }
  if (foreign)
    throw DataFolderError(in_folder(path_) + " holds other things and no parley data: name an empty or a new folder");
}

void DataFolder::take_lock() {
  const auto file = path_ / kLock;
  auto lock = open_file(file, O_RDWR | O_CREAT);
  if (::flock(lock.fd(), LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK) throw std::system_error(errno, std::generic_category(), file.string());
    const auto holder = lock_holder(path_);
    throw DataFolderInUse(in_folder(path_) + " is in use by another parley" +
                          (holder > 0 ? " (pid " + std::to_string(holder) + ")" : ""));
  }
  // Only for messages: a full disk must not keep a server from starting because of it.
  const auto pid = std::to_string(::getpid()) + "\n";
  const bool noted = ::pwrite(lock.fd(), pid.data(), pid.size(), 0) == static_cast<ssize_t>(pid.size());
  [[maybe_unused]] const int cut = ::ftruncate(lock.fd(), noted ? static_cast<off_t>(pid.size()) : 0);
  lock_ = std::move(lock);
}

void DataFolder::tighten_files() const {
  for (const auto& entry : fs::directory_iterator(path_)) {
    const auto name = entry.path().filename().string();
    const bool ours = name.starts_with("parley.") || name.starts_with(kSecretKey);
    if (!ours || entry.is_symlink() || !entry.is_regular_file()) continue;
    // By name, never by descriptor: see the constructor's comment about POSIX locks.
    if (::chmod(entry.path().c_str(), 0600) != 0) {
      throw std::system_error(errno, std::generic_category(), entry.path().string());
    }
  }
}

void DataFolder::check_empty() const {
  const bool interrupted = fs::exists(path_ / kRestoring);
  for (const auto& entry : fs::directory_iterator(path_)) {
    const auto name = entry.path().filename().string();
    const bool leftover = interrupted && (name == kRestoring || name == kSecretKey || name == kNewSecretKey);
    if (name == kLock || name == kLostAndFound || leftover) continue;
    throw DataFolderError(in_folder(path_) + " is not empty (it has '" + name +
                          "'): a backup is restored into an empty or a new folder only");
  }
}

void DataFolder::check_restored() const {
  if (!fs::exists(path_ / kRestoring)) return;
  throw DataFolderError("a restore into " + in_folder(path_) +
                        " was cut short: run parley restore again, or delete the folder");
}

void DataFolder::finish_restore(std::string_view secret_key) const {
  write_secret_key(path_, secret_key);
  fs::rename(path_ / kRestoring, database());
  sync_path(path_);
}

void DataFolder::make_database_file() const {
  if (!fs::exists(database())) open_file(database(), O_RDWR | O_CREAT | O_EXCL);
}

std::string DataFolder::secret_key() const {
  try {
    if (!fs::exists(path_ / kSecretKey)) write_secret_key(path_, random_token(kSecretBytes));
    return read_secret_key(path_);
  } catch (const std::system_error& e) {
    throw DataFolderError(in_folder(path_) + " has no usable secret key: " + e.what());
  }
}

pid_t lock_holder(const fs::path& folder) {
  try {
    const auto text = read_file(folder / DataFolder::kLock, 64);
    pid_t pid = 0;
    std::from_chars(text.data(), text.data() + text.size(), pid);
    return pid;
  } catch (const std::system_error&) {
    return 0;
  }
}

}  // namespace parley
