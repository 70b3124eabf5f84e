#include "core/ticker.h"

#include "core/log.h"

namespace parley {

namespace asio = boost::asio;

Ticker::Ticker(EventLoop& loop, std::chrono::milliseconds pause, const char* name, std::function<Task<>()> work)
    : loop_(loop), pause_(pause), name_(name), work_(std::move(work)), timer_(loop.context()) {}

void Ticker::start() {
  spawn_logged(loop_.executor(), name_, [this] { return run(); });
}

void Ticker::stop() {
  stopped_ = true;
  timer_.cancel();
}

Task<> Ticker::run() {
  bool failing = false;
  while (!stopped_) {
    try {
      co_await work_();
      failing = false;
    } catch (const std::exception& e) {
      if (!failing) log::warn("regular work failed, it goes on", {{"what", name_}, {"reason", e.what()}});
      failing = true;
    }
    if (stopped_) break;
    timer_.expires_after(pause_);
    co_await timer_.async_wait(kAwait);
  }
}

}  // namespace parley
