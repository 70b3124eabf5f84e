#include "repositories/sqlite/checkpointer.h"

#include <chrono>
#include <pthread.h>
#include <sqlite3.h>

#include "core/log.h"

namespace parley::sqlite {
namespace {

constexpr int kPagesBetween = 1000;                        // about 4 MiB, SQLite's own default
constexpr int kPagesHeld = 16384;                          // 64 MiB
constexpr auto kBackOff = std::chrono::milliseconds(500);  // after one that failed

}  // namespace

Checkpointer::Checkpointer(const std::filesystem::path& file, Connection& writer, FairMutex& writer_mutex)
    : writer_(writer),
      writer_mutex_(writer_mutex),
      connection_(file, Connection::Mode::checkpointer),
      due_at_(kPagesBetween),
      thread_([this] { work_loop(); }) {
  pthread_setname_np(thread_.native_handle(), "checkpointer");
  sqlite3_wal_hook(writer_.raw().getHandle(), on_commit, this);
}

Checkpointer::~Checkpointer() {
  {
    const std::lock_guard lock(writer_mutex_);
    sqlite3_wal_hook(writer_.raw().getHandle(), nullptr, nullptr);
  }
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  thread_.join();
}

/// In the writer's thread, with the writer's mutex held.
int Checkpointer::on_commit(void* self, sqlite3*, const char*, int pages_in_log) {
  auto& checkpointer = *static_cast<Checkpointer*>(self);
  if (pages_in_log < kPagesBetween) {
    checkpointer.due_at_ = kPagesBetween;  // the log has started over
    return SQLITE_OK;
  }
  if (pages_in_log < checkpointer.due_at_) return SQLITE_OK;
  checkpointer.due_at_ = pages_in_log + kPagesBetween;
  checkpointer.request();
  return SQLITE_OK;
}

void Checkpointer::make_room() {
  lacks_room_ = true;
  request();
}

void Checkpointer::request() {
  {
    const std::lock_guard lock(mutex_);
    due_ = true;
  }
  wake_.notify_one();
}

void Checkpointer::work_loop() {
  std::unique_lock lock(mutex_);
  for (;;) {
    wake_.wait(lock, [this] { return due_ || stopping_; });
    if (stopping_) return;
    due_ = false;
    lock.unlock();
    checkpoint();
    lock.lock();
    if (failing_) wake_.wait_for(lock, kBackOff, [this] { return stopping_; });
    due_ = due_ || lacks_room_;
  }
}

void Checkpointer::checkpoint() {
  const auto progress = move_pages();
  if (progress.in_log < kPagesHeld || progress.moved < 0) return;
  const std::lock_guard held(writer_mutex_);
  move_pages();
}

Checkpointer::Progress Checkpointer::move_pages() {
  Progress progress;
  const int rc = sqlite3_wal_checkpoint_v2(connection_.raw().getHandle(), nullptr, SQLITE_CHECKPOINT_PASSIVE,
                                           &progress.in_log, &progress.moved);
  if (rc != SQLITE_OK && !failing_) {
    log::error("checkpoint failed", {{"reason", sqlite3_errmsg(connection_.raw().getHandle())}});
  } else if (rc == SQLITE_OK && failing_) {
    log::info("checkpoints work again");
  }
  failing_ = rc != SQLITE_OK;
  if (!failing_) lacks_room_ = false;
  return rc == SQLITE_OK ? progress : Progress{};
}

}  // namespace parley::sqlite
