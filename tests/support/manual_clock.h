#pragma once

#include "core/time.h"

namespace parley::test {

/// A clock that stands still until it is moved.
class ManualClock : public Clock {
 public:
  Timestamp now() const override { return now_; }
  std::chrono::steady_clock::time_point steady_now() const override { return steady_now_; }

  void advance(std::chrono::milliseconds by) {
    now_ += by;
    steady_now_ += by;
  }

 private:
  Timestamp now_{std::chrono::milliseconds{1'750'000'000'000}};
  std::chrono::steady_clock::time_point steady_now_ = std::chrono::steady_clock::time_point{std::chrono::hours{1000}};
};

}  // namespace parley::test
