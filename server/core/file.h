#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <sys/types.h>
#include <utility>

namespace parley {

/// An open file descriptor, closed at the end. Functions here throw std::system_error with the path in it.
class File {
 public:
  File() = default;
  explicit File(int fd) : fd_(fd) {}
  File(File&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  File& operator=(File&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }
  ~File();

  int fd() const { return fd_; }

 private:
  int fd_ = -1;
};

/// Opens with `flags` (O_CLOEXEC is added); what it makes gets exactly `mode`, whatever the umask.
File open_file(const std::filesystem::path& path, int flags, mode_t mode = 0600);

/// The whole file; one of more than `most` bytes is refused.
std::string read_file(const std::filesystem::path& path, std::size_t most);

/// Writes all of `text` and fsyncs the file.
void write_durably(const File& file, const std::filesystem::path& path, std::string_view text);

/// fsync of a file or folder by its path.
void sync_path(const std::filesystem::path& path);

/// Makes a folder with exactly 0700 (false: it was there).
bool make_private_folder(const std::filesystem::path& path);

}  // namespace parley
