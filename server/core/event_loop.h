#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/io_context.hpp>
#include <memory>
#include <vector>

namespace parley {

/// What gathers output during a turn and sends it at the turn's end.
class Flushable {
 public:
  virtual ~Flushable() = default;
  virtual void flush() = 0;

 private:
  friend class EventLoop;
  bool flush_due_ = false;
};

/// The process's one io thread. A turn is: wait for one event, take what else is ready (at most 64 events or
/// 1 ms), then flush. So what arrived together leaves together, nothing waits on a timer, and a busy publisher
/// can't starve the flush. All members are for the io thread, except stop().
class EventLoop {
 public:
  boost::asio::io_context& context() { return context_; }
  boost::asio::any_io_executor executor() { return context_.get_executor(); }

  /// Calls `target->flush()` once at the end of this turn, however often it is asked. Asked for during the
  /// flush itself, it is called in the same flush, after the others.
  void flush_later(std::shared_ptr<Flushable> target);

  /// Returns after stop(), or when nothing is left to wait for.
  void run();
  void stop() { context_.stop(); }

  /// Destroys whatever still waits, after run(): coroutines with all they hold. To be called while what they refer to
  /// still lives; nothing can run afterwards.
  void abandon() { context_.abandon(); }

 private:
  struct Context : boost::asio::io_context {
    using io_context::io_context;
    void abandon() { shutdown(); }
  };

  void flush();

  Context context_{1};
  std::vector<std::shared_ptr<Flushable>> due_;
};

}  // namespace parley
