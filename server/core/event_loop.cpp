#include "core/event_loop.h"

#include <chrono>

namespace parley {
namespace {

constexpr int kEventsATurn = 64;
constexpr auto kTurn = std::chrono::milliseconds(1);

}  // namespace

void EventLoop::flush_later(std::shared_ptr<Flushable> target) {
  if (target->flush_due_) return;
  target->flush_due_ = true;
  due_.push_back(std::move(target));
}

void EventLoop::run() {
  while (context_.run_one() != 0) {
    const auto end = std::chrono::steady_clock::now() + kTurn;
    for (int i = 0; i < kEventsATurn && context_.poll_one() != 0; ++i) {
      if (std::chrono::steady_clock::now() >= end) break;
    }
    flush();
  }
}

void EventLoop::flush() {
  for (std::size_t i = 0; i < due_.size(); ++i) {
    const auto target = std::move(due_[i]);  // due_ may grow, and its storage move, while we flush
    target->flush_due_ = false;
    target->flush();
  }
  due_.clear();
}

}  // namespace parley
