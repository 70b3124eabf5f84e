#pragma once

#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <functional>

#include "core/event_loop.h"
#include "core/task.h"

namespace parley {

/// Does some work at once and then again and again, each time `pause` after it has ended; what it throws is logged, and
/// again only once it has worked in between. Io thread. Outlives its work: stop the loop first.
class Ticker {
 public:
  /// `name`: in the log, a literal.
  Ticker(EventLoop& loop, std::chrono::milliseconds pause, const char* name, std::function<Task<>()> work);

  void start();
  /// No further time; what is under way goes on to its end.
  void stop();

 private:
  Task<> run();

  EventLoop& loop_;
  const std::chrono::milliseconds pause_;
  const char* const name_;
  const std::function<Task<>()> work_;
  boost::asio::steady_timer timer_;
  bool stopped_ = false;
};

}  // namespace parley
