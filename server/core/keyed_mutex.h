#pragma once

#include <boost/asio/steady_timer.hpp>
#include <deque>
#include <memory>
#include <string>
#include <unordered_map>
#include <utility>

#include "core/task.h"

namespace parley {

/// Lets one coroutine at a time work on what a key names, in the order of asking. Io thread; outlives its locks.
class KeyedMutex {
 public:
  /// Unlocks when it goes.
  class Lock {
   public:
    Lock(KeyedMutex& mutex, std::string key) : mutex_(&mutex), key_(std::move(key)) {}
    Lock(Lock&& other) noexcept : mutex_(std::exchange(other.mutex_, nullptr)), key_(std::move(other.key_)) {}
    Lock& operator=(Lock&&) = delete;
    ~Lock();

   private:
    KeyedMutex* mutex_;
    std::string key_;
  };

  Task<Lock> lock(std::string key);

 private:
  using Waiter = std::shared_ptr<boost::asio::steady_timer>;
  void unlock(const std::string& key);

  std::unordered_map<std::string, std::deque<Waiter>> held_;  ///< by key: who waits
};

}  // namespace parley
