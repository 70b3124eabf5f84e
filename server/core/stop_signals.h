#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/signal_set.hpp>
#include <functional>

namespace parley {

/// SIGTERM and SIGINT end the server: the first calls `stop` on the io thread, which must bring everything to
/// its end; if the process still runs 10 s later, or a second signal comes, it is ended at once with status
/// 1, even while the io thread is stuck. Nothing acknowledged can be lost by that: it is durable already. One
/// object a process.
class StopSignals {
 public:
  StopSignals(const boost::asio::any_io_executor& executor, std::function<void()> stop);

  /// Stops waiting for signals, so that the io context can run out of work.
  void cancel() { signals_.cancel(); }

 private:
  boost::asio::signal_set signals_;
};

}  // namespace parley
