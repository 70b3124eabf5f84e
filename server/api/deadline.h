#pragma once

#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <functional>
#include <memory>

#include "core/task.h"

namespace parley::api {

/// Interrupts what a coroutine waits for when its time is up. A connection has one, set anew for each phase; it
/// survives in the timer's queue after its owner has gone, and then does nothing. Io thread.
class Deadline {
 public:
  /// `on_expiry` must end the wait (cancel the transport's); it is called at most once for each set().
  Deadline(const asio::any_io_executor& executor, std::function<void()> on_expiry);

  void set(std::chrono::steady_clock::duration after);
  void clear();
  bool expired() const { return state_->expired; }

 private:
  struct State {
    std::function<void()> on_expiry;
    bool armed = false;
    bool expired = false;
  };

  asio::steady_timer timer_;
  std::shared_ptr<State> state_;
};

}  // namespace parley::api
