#include "api/deadline.h"

namespace parley::api {

Deadline::Deadline(const asio::any_io_executor& executor, std::function<void()> on_expiry)
    : timer_(executor), state_(std::make_shared<State>(State{std::move(on_expiry)})) {}

void Deadline::set(std::chrono::steady_clock::duration after) {
  const auto ends = std::chrono::steady_clock::now() + after;
  timer_.expires_at(ends);
  state_->armed = true;
  state_->expired = false;
  timer_.async_wait([weak = std::weak_ptr<State>(state_), this, ends](const boost::system::error_code& error) {
    const auto state = weak.lock();
    // A handler that was queued already when the deadline was moved comes without an error: the time tells.
    if (error || !state || !state->armed || timer_.expiry() != ends) return;
    state->armed = false;
    state->expired = true;
    state->on_expiry();
  });
}

void Deadline::clear() {
  state_->armed = false;
  timer_.cancel();
}

}  // namespace parley::api
