#pragma once

#include <atomic>
#include <condition_variable>
#include <filesystem>
#include <mutex>
#include <thread>

#include "repositories/sqlite/database.h"

namespace parley::sqlite {

/// Moves what was committed from the write-ahead log into the file, on a thread and a connection of its own,
/// so that no commit waits for it. Passive: it waits for nobody. The log starts over when a checkpoint has
/// moved all of it and nobody reads from it; under steady writing that moment may never come by itself, so
/// past 64 MiB the rest is moved while the writer is held, which is short, because most was moved just
/// before. A reader that stays (a backup) lets the log grow meanwhile.
class Checkpointer {
 public:
  /// `writer` and its mutex outlive this object.
  Checkpointer(const std::filesystem::path& file, Connection& writer, FairMutex& writer_mutex);
  ~Checkpointer();
  Checkpointer(const Checkpointer&) = delete;
  Checkpointer& operator=(const Checkpointer&) = delete;

  /// The disk is full: tries at once and then every half second to move the log into the file, after which it
  /// starts over and needs no more of the disk. Until that worked nothing should be written: the log would
  /// take the first bytes that become free, which the file needs. Any thread.
  void make_room();
  bool lacks_room() const { return lacks_room_; }

 private:
  /// Pages in the log and how many of them are in the file; -1: it failed.
  struct Progress {
    int in_log = -1;
    int moved = -1;
  };

  static int on_commit(void* self, sqlite3* writer, const char* schema, int pages_in_log);
  void request();
  void work_loop();
  void checkpoint();
  Progress move_pages();

  Connection& writer_;
  FairMutex& writer_mutex_;
  Connection connection_;
  bool failing_ = false;  ///< the thread's: said once, not with every attempt

  std::atomic<bool> lacks_room_ = false;
  std::atomic<int> due_at_;  ///< pages in the log at which the next checkpoint is due
  std::mutex mutex_;
  std::condition_variable wake_;
  bool due_ = false;
  bool stopping_ = false;
  std::thread thread_;  // last: it uses the others
};

}  // namespace parley::sqlite
