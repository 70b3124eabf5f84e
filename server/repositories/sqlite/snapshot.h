#pragma once

#include <filesystem>
#include <mutex>

#include "repositories/sqlite/interruption.h"

namespace parley::sqlite {

/// Copies the database while it is written: one state of it, whole. By VACUUM INTO: it reads in one
/// transaction that no writer waits for (the log grows meanwhile), and leaves out what was deleted. The
/// backup API page by page starts over with every commit, and never ends at 250 commits a second; in one go
/// it is as fast, but copies free pages too. Any thread; blocking, for minutes where the database is large.
class SnapshotWriter {
 public:
  explicit SnapshotWriter(std::filesystem::path database) : database_(std::move(database)) {}

  /// Writes into `target` (absent or empty), fsyncs it and checks it wholly. Throws StoreUnavailable with the
  /// reason, and Busy while another one is written.
  void write(const std::filesystem::path& target);

  /// Ends what write() does, now and for ever: the server stops.
  void cancel() { interruption_.trigger(); }

 private:
  const std::filesystem::path database_;
  std::mutex writing_;
  Interruption interruption_;
};

}  // namespace parley::sqlite
