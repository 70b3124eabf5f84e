#include "core/stop_signals.h"

#include <cstring>
#include <signal.h>
#include <sys/time.h>
#include <unistd.h>

#include "core/log.h"

namespace parley {
namespace {

constexpr int kDeadlineSeconds = 10;

/// Only what is safe in a signal handler (signal-safety(7)).
void end_now(int signal) {
  const char* why =
      signal == SIGALRM ? "parley: shutdown took longer than 10 s, ended\n" : "parley: second signal, ended at once\n";
  [[maybe_unused]] const auto written = ::write(STDERR_FILENO, why, std::strlen(why));
  ::_exit(1);
}

void handle(int signal) {
  struct sigaction action{};
  action.sa_handler = end_now;
  ::sigaction(signal, &action, nullptr);
}

}  // namespace

StopSignals::StopSignals(const boost::asio::any_io_executor& executor, std::function<void()> stop)
    : signals_(executor, SIGTERM, SIGINT) {
  signals_.async_wait([this, stop = std::move(stop)](boost::system::error_code ec, int signal) {
    if (ec) return;
    log::info("stopping", {{"signal", signal == SIGTERM ? "SIGTERM" : "SIGINT"}});
    // From here on handlers of the operating system's own: they work while the io thread is busy or stuck.
    signals_.clear();
    for (const int each : {SIGTERM, SIGINT, SIGALRM}) handle(each);
    ::alarm(kDeadlineSeconds);
    stop();
  });
}

}  // namespace parley
