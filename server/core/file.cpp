#include "core/file.h"

#include <cerrno>
#include <fcntl.h>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>

namespace parley {
namespace {

[[noreturn]] void fail(const std::filesystem::path& path, int error) {
  throw std::system_error(error, std::generic_category(), path.string());
}

}  // namespace

File::~File() {
  if (fd_ >= 0) ::close(fd_);
}

File open_file(const std::filesystem::path& path, int flags, mode_t mode) {
  File file(::open(path.c_str(), flags | O_CLOEXEC, mode));
  if (file.fd() < 0) fail(path, errno);
  // The umask may have taken bits away, and a file that was there may have others.
  if ((flags & O_CREAT) != 0 && ::fchmod(file.fd(), mode) != 0) fail(path, errno);
  return file;
}

std::string read_file(const std::filesystem::path& path, std::size_t most) {
  const auto file = open_file(path, O_RDONLY);
  std::string text;
  char buffer[4096];
  for (;;) {
    const auto got = ::read(file.fd(), buffer, sizeof buffer);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) fail(path, errno);
    if (got == 0) return text;
    text.append(buffer, static_cast<std::size_t>(got));
    if (text.size() > most) fail(path, EFBIG);
  }
}

void write_durably(const File& file, const std::filesystem::path& path, std::string_view text) {
  while (!text.empty()) {
    const auto put = ::write(file.fd(), text.data(), text.size());
    if (put < 0 && errno == EINTR) continue;
    if (put < 0) fail(path, errno);
    text.remove_prefix(static_cast<std::size_t>(put));
  }
  if (::fsync(file.fd()) != 0) fail(path, errno);
}

void sync_path(const std::filesystem::path& path) {
  const auto file = open_file(path, O_RDONLY);
  if (::fsync(file.fd()) != 0) fail(path, errno);
}

bool make_private_folder(const std::filesystem::path& path) {
  if (::mkdir(path.c_str(), 0700) != 0) {
    if (errno == EEXIST) return false;
    fail(path, errno);
  }
  if (::chmod(path.c_str(), 0700) != 0) fail(path, errno);
  return true;
}

}  // namespace parley
