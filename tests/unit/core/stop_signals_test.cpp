#include "core/stop_signals.h"

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

namespace parley {
namespace {

enum class WhenStopped { end, hang };

/// A process that serves until it is told to stop, and says "r" when it is ready, "s" when it stops.
class Served {
 public:
  explicit Served(WhenStopped behaviour) {
    if (::pipe(pipe_) != 0) throw std::runtime_error("pipe");
    pid_ = ::fork();
    if (pid_ == 0) run(behaviour);
  }

  char next() {
    char byte = 0;
    return ::read(pipe_[0], &byte, 1) == 1 ? byte : '-';
  }
  void signal(int number) { ::kill(pid_, number); }
  int wait() {
    int status = 0;
    ::waitpid(pid_, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
  }

 private:
  void say(char byte) { [[maybe_unused]] const auto written = ::write(pipe_[1], &byte, 1); }

  [[noreturn]] void run(WhenStopped behaviour) {
    ::close(STDERR_FILENO);
    boost::asio::io_context io;
    boost::asio::steady_timer work(io, std::chrono::hours(1));
    work.async_wait([](auto) {});
    const StopSignals signals(io.get_executor(), [&] {
      say('s');
      if (behaviour == WhenStopped::hang) {
        for (;;) ::usleep(1000);
      }
      work.cancel();
    });
    say('r');
    io.run();
    ::_exit(0);
  }

  int pipe_[2]{};
  pid_t pid_ = -1;
};

TEST(StopSignals, the_first_signal_stops_and_the_process_ends_with_0) {
  for (const int signal : {SIGTERM, SIGINT}) {
    Served served(WhenStopped::end);
    ASSERT_EQ(served.next(), 'r');
    served.signal(signal);
    EXPECT_EQ(served.next(), 's');
    EXPECT_EQ(served.wait(), 0);
  }
}

TEST(StopSignals, a_second_signal_ends_a_process_whose_io_thread_is_stuck) {
  Served served(WhenStopped::hang);
  ASSERT_EQ(served.next(), 'r');
  served.signal(SIGTERM);
  ASSERT_EQ(served.next(), 's');
  served.signal(SIGINT);
  EXPECT_EQ(served.wait(), 1);
}

TEST(StopSignals, the_deadline_ends_a_process_that_is_stuck) {
  Served served(WhenStopped::hang);
  ASSERT_EQ(served.next(), 'r');
  served.signal(SIGTERM);
  ASSERT_EQ(served.next(), 's');
  served.signal(SIGALRM);  // what the clock sends 10 s later
  EXPECT_EQ(served.wait(), 1);
}

}  // namespace
}  // namespace parley
