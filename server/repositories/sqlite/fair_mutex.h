#pragma once

#include <mutex>

namespace parley::sqlite {

/// A mutex whose waiter comes next: who holds it all the time, letting go only to take it again (a writer
/// under load), can't keep another thread out as it could with std::mutex, which hands over to nobody.
class FairMutex {
 public:
  void lock() {
    const std::lock_guard next(turnstile_);
    mutex_.lock();
  }
  void unlock() { mutex_.unlock(); }

 private:
  std::mutex turnstile_;  ///< held by who waits, free while the holder works
  std::mutex mutex_;
};

}  // namespace parley::sqlite
