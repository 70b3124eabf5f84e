#pragma once

#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <functional>
#include <gtest/gtest.h>

#include "core/event_loop.h"
#include "support/run_task.h"

namespace parley::test {

/// Runs an event loop, its flushes too, as far as a test wants.
class LoopDriver {
 public:
  EventLoop& loop() { return loop_; }

  template <class T>
  T run(Task<T> task) {
    std::optional<T> result;
    std::exception_ptr failure;
    asio::co_spawn(loop_.context(), keep_result(std::move(task), result), [&](std::exception_ptr f) {
      failure = f;
      loop_.stop();
    });
    turn();
    if (failure) std::rethrow_exception(failure);
    if (!result) throw std::logic_error("the task waits for nothing");
    return std::move(*result);
  }

  /// Until it is so; gives whether it came to be in time.
  bool run_until(const std::function<bool()>& is_so, std::chrono::milliseconds patience = std::chrono::seconds(10)) {
    const auto end = std::chrono::steady_clock::now() + patience;
    while (!is_so()) {
      if (std::chrono::steady_clock::now() >= end) return false;
      run_for(std::chrono::milliseconds(1));
    }
    return true;
  }

  void run_for(std::chrono::milliseconds time) {
    asio::steady_timer timer(loop_.context(), time);
    timer.async_wait([this](boost::system::error_code) { loop_.stop(); });
    turn();
  }

 private:
  void turn() {
    loop_.context().restart();
    loop_.run();
  }

  EventLoop loop_;
};

}  // namespace parley::test
