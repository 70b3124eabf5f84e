#include "core/keyed_mutex.h"

#include <boost/asio/this_coro.hpp>

namespace parley {

KeyedMutex::Lock::~Lock() {
  if (mutex_) mutex_->unlock(key_);
}

Task<KeyedMutex::Lock> KeyedMutex::lock(std::string key) {
  const auto [it, free] = held_.try_emplace(key);
  if (!free) {
    auto turn = std::make_shared<boost::asio::steady_timer>(co_await asio::this_coro::executor);
    turn->expires_at(std::chrono::steady_clock::time_point::max());
    it->second.push_back(turn);
    co_await turn->async_wait(kAwait);
  }
  co_return Lock(*this, std::move(key));
}

void KeyedMutex::unlock(const std::string& key) {
  const auto it = held_.find(key);
  if (it->second.empty()) {
    held_.erase(it);
    return;
  }
  // The lock passes to the next without being free in between.
  const auto next = std::move(it->second.front());
  it->second.pop_front();
  next->cancel();
}

}  // namespace parley
